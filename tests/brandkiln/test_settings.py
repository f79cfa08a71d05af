"""What the environment makes of the settings, each time in a fresh interpreter."""

import os
import subprocess
import sys

import pytest

FORMS = 'settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"]'


def setting(expression: str, **environment: str) -> str:
    code = f"from brandkiln import settings; print({expression})"
    words = [sys.executable, "-c", code]
    answer = subprocess.run(words, env=os.environ | environment, capture_output=True, text=True, check=True)
    return answer.stdout.strip()


@pytest.mark.parametrize(
    ("url", "allowed"), [("https://id.example.com/realms/a", "https://id.example.com"), ("", "'self'")]
)
def test_the_button_of_single_sign_on_may_lead_to_its_provider(url: str, allowed: str) -> None:
    forms = setting(FORMS, BRANDKILN_OIDC_URL=url)
    assert allowed in forms


def test_the_number_of_proxies_decides_whose_address_counts() -> None:
    assert setting("settings.ALLAUTH_TRUSTED_PROXY_COUNT", BRANDKILN_PROXIES="2") == "2"

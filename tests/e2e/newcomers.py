"""People who are through with the first pages: what test_first_hour.py does by hand, others do by plain requests."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import APIResponse, Page, expect

PASSWORD = "a long clay path"
JOB_MS = 240_000


@dataclass
class Newcomer:
    """Somebody who has signed up and sends forms."""

    page: Page
    studio: str
    workspace: str = ""
    """Address of the workspace, with a slash at its end."""
    project: str = ""

    @classmethod
    def sign_up(cls, page: Page, studio: str, name: str, *, project: str = "") -> "Newcomer":
        """Make an account, a workspace of the same name, and a project where one is named."""
        newcomer = cls(page, studio)
        page.request.get(f"{studio}/accounts/signup/")
        newcomer.send(
            f"{studio}/accounts/signup/",
            email=f"{name}@example.com".lower(),
            password1=PASSWORD,
            password2=PASSWORD,
        )
        newcomer.workspace = newcomer.send(f"{studio}/workspaces/new/", name=name).url
        if project:
            newcomer.send(f"{newcomer.workspace}projects/new/", name=project)
            newcomer.project = project.lower()
        return newcomer

    def send(self, address: str, file: tuple[str, bytes] | None = None, **form: str) -> APIResponse:
        """Send a form and return the page that it leads to."""
        cookies = {cookie["name"]: cookie["value"] for cookie in self.page.context.cookies()}
        headers = {"X-CSRFToken": cookies["csrftoken"], "Referer": self.studio}
        if file is None:
            answer = self.page.request.post(address, form=dict(form), headers=headers)
        else:
            content = {"name": file[0], "mimeType": "application/octet-stream", "buffer": file[1]}
            answer = self.page.request.post(address, multipart={**form, "file": content}, headers=headers)
        assert answer.ok, f"{address} answered {answer.status}: {answer.text()[:2000]}"
        assert urlsplit(answer.url).path != urlsplit(address).path, (
            f"{address} was not taken: {answer.text()}"
        )
        return answer

    def bring(self, name: str, kind: str, file: tuple[str, bytes]) -> str:
        """Make a data set of one file, open its first version and return its address."""
        dataset = self.send(f"{self.workspace}data/new/", name=name, kind=kind, project=self.project).url
        step = self.send(f"{dataset}upload/", file).url
        self.page.goto(step)
        if "/uploads/" in step:
            self.page.get_by_role("button", name="Read it so").click()
        finished(self.page)
        version = f"{dataset}versions/1/"
        self.page.goto(version)
        return version


def finished(page: Page) -> None:
    """Wait until the job whose page is open has succeeded."""
    done = page.locator(".pill[data-state=succeeded], .pill[data-state=failed]").first
    expect(done).to_be_visible(timeout=JOB_MS)
    assert done.get_attribute("data-state") == "succeeded", page.locator("main").inner_text()


def grave_faults(page: Page) -> list[str]:
    """Return what would keep somebody from using the page that is open."""
    found = Axe().run(page).response["violations"]
    grave = [one for one in found if one["impact"] != "minor"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in grave]

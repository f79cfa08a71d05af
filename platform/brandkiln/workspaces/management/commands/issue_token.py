"""``manage.py issue_token --workspace SLUG --email E [--scope S]...`` prints a token."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from brandkiln.core.errors import StudioError
from brandkiln.core.models import User
from brandkiln.workspaces.models import Workspace
from brandkiln.workspaces.services import SCOPES, issue_token


class Command(BaseCommand):
    """Prints a new token on standard output; it is shown once and kept as a hash."""

    help = "Issue an API token of a workspace to one of its members and print it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--workspace", required=True, metavar="SLUG")
        parser.add_argument("--email", required=True)
        parser.add_argument(
            "--scope",
            action="append",
            choices=sorted(SCOPES),
            help="may be given several times; all by default",
        )
        parser.add_argument("--name", default="command line")

    def handle(self, **options: Any) -> None:
        workspace = Workspace.objects.filter(slug=options["workspace"]).first()
        if workspace is None:
            raise CommandError(f'There is no workspace "{options["workspace"]}".')
        user = User.objects.filter(email=options["email"].lower()).first()
        if user is None:
            raise CommandError(f"Nobody has the e-mail address {options['email']}.")
        try:
            _token, text = issue_token(
                workspace=workspace, user=user, name=options["name"], scopes=options["scope"] or SCOPES
            )
        except StudioError as error:
            raise CommandError(error.message) from error
        self.stdout.write(text)

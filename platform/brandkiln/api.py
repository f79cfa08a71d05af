"""The API: every app's routes under /api/v1, its document at /api/openapi.json, its page at /api/docs."""

from ninja import NinjaAPI

from brandkiln.brand.api import router as brand
from brandkiln.bulk.api import router as bulks
from brandkiln.bulk.schedules_api import router as bulk_schedules
from brandkiln.bulk.templates_api import router as bulk_templates
from brandkiln.connections.api import router as connections
from brandkiln.core.api import StrictParser, install_error_handlers
from brandkiln.datasets.annotations_api import router as annotations
from brandkiln.datasets.api import router as datasets
from brandkiln.jobs.api import router as jobs
from brandkiln.jobs.augmentations_api import router as augmentations
from brandkiln.jobs.blind_api import router as blind_comparisons
from brandkiln.jobs.checkpoints_api import router as checkpoints
from brandkiln.jobs.derivations_api import router as derivations
from brandkiln.jobs.experiments_api import router as experiments
from brandkiln.jobs.generators_api import router as generators
from brandkiln.jobs.imports_api import router as imports
from brandkiln.jobs.pictures_api import router as pictures
from brandkiln.jobs.quality_api import router as quality
from brandkiln.jobs.questions_api import router as questions
from brandkiln.jobs.registry_api import router as registry
from brandkiln.jobs.trash_api import router as trash
from brandkiln.jobs.uploads_api import router as uploads
from brandkiln.jobs.workers_api import router as workers
from brandkiln.library.api import router as assets
from brandkiln.library.changes_api import router as asset_changes
from brandkiln.library.lineage_api import router as lineage
from brandkiln.library.order_api import router as asset_order
from brandkiln.notifications.api import router as notifications
from brandkiln.notifications.webhooks_api import router as webhooks
from brandkiln.planning.calendar_api import router as calendar
from brandkiln.planning.campaigns_api import router as campaigns
from brandkiln.planning.channels_api import router as channels
from brandkiln.planning.packs_api import router as packs
from brandkiln.planning.shares_api import router as shares
from brandkiln.planning.spread_api import router as spreads
from brandkiln.projects.api import router as projects
from brandkiln.reports.following_api import router as report_following
from brandkiln.reports.issues_api import router as reports
from brandkiln.reports.reading_api import router as report_reading
from brandkiln.reports.templates_api import router as report_templates
from brandkiln.reports.working_api import router as report_work
from brandkiln.review.api import router as reviews
from brandkiln.review.comments_api import router as asset_comments
from brandkiln.review.rules_api import router as review_rules
from brandkiln.workspaces.admin_api import router as administration
from brandkiln.workspaces.api import router as workspaces
from brandkiln.workspaces.tokens import TokenAuth

api = NinjaAPI(
    title="Brandkiln",
    version="1",
    description="Data in, trained generators, copy, images and reports out; each piece with its receipt.",
    auth=TokenAuth(),
    parser=StrictParser(),
    urls_namespace="api",
)
for router in (
    workspaces,
    projects,
    connections,
    datasets,
    annotations,
    uploads,
    imports,
    derivations,
    quality,
    questions,
    generators,
    jobs,
    experiments,
    pictures,
    registry,  # its fixed addresses come before those that name a checkpoint
    checkpoints,
    blind_comparisons,
    augmentations,
    asset_changes,  # its fixed addresses come before those that name an asset
    assets,
    asset_order,
    brand,
    bulk_schedules,
    bulk_templates,
    bulks,
    channels,
    campaigns,
    calendar,
    spreads,
    packs,
    shares,
    reviews,
    asset_comments,
    review_rules,
    report_templates,
    reports,
    report_reading,
    report_work,
    report_following,
    trash,
    lineage,
    notifications,
    webhooks,
    administration,
    workers,
):
    api.add_router("/v1", router)
install_error_handlers(api)

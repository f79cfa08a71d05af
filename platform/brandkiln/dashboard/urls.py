"""The addresses of the studio's pages."""

from django.urls import include, path

from brandkiln.dashboard.views import (
    checkpoints,
    dataset_labels,
    dataset_protection,
    datasets,
    files,
    generators,
    home,
    jobs,
    label_files,
    library,
    people,
    projects,
    settings,
    tokens,
    uploads,
)

app_name = "dashboard"

labelling = [
    path("", dataset_labels.page, name="dataset_labels"),
    path("rows/", dataset_labels.rows, name="dataset_label_rows"),
    path("save/", dataset_labels.save, name="dataset_label_save"),
    path("news/", dataset_labels.news, name="dataset_label_news"),
    path("set/", dataset_labels.edit_set, name="dataset_label_set"),
    path("compare/", dataset_labels.compare, name="dataset_label_compare"),
    path("version/", dataset_labels.make_version, name="dataset_label_version"),
    path("import/", label_files.bring, name="dataset_label_import"),
    path("export/", label_files.export, name="dataset_label_export"),
]

in_workspace = [
    path("", home.overview, name="workspace"),
    path("projects/", projects.index, name="project_list"),
    path("projects/new/", projects.create, name="project_new"),
    path("projects/<slug:slug>/", projects.page, name="project_page"),
    path("projects/<slug:slug>/edit/", projects.edit, name="project_edit"),
    path("projects/<slug:slug>/brand/", projects.brand, name="project_brand"),
    path("data/", datasets.index, name="dataset_list"),
    path("data/new/", datasets.create, name="dataset_new"),
    path("data/<uuid:dataset>/", datasets.page, name="dataset_page"),
    path("data/<uuid:dataset>/upload/", uploads.receive, name="dataset_upload"),
    path("data/<uuid:dataset>/versions/<int:number>/", datasets.version, name="dataset_version"),
    path(
        "data/<uuid:dataset>/versions/<int:number>/protection/",
        dataset_protection.page,
        name="dataset_protection",
    ),
    path("data/<uuid:dataset>/versions/<int:number>/label/", include(labelling)),
    path("data/<uuid:dataset>/versions/<int:number>/report.csv", uploads.report, name="dataset_report"),
    path("generators/", generators.index, name="generator_list"),
    path("generators/<slug:name>/<slug:kind>/", generators.start, name="generator_start"),
    path("generators/<slug:name>/<slug:kind>/estimate/", generators.expect, name="generator_estimate"),
    path("jobs/", jobs.index, name="job_list"),
    path("jobs/<uuid:job>/", jobs.page, name="job_page"),
    path("jobs/<uuid:job>/status/", jobs.status, name="job_status"),
    path("jobs/<uuid:job>/events/", jobs.events, name="job_events"),
    path("jobs/<uuid:job>/cancel/", jobs.cancel, name="job_cancel"),
    path("jobs/<uuid:job>/retry/", jobs.retry, name="job_retry"),
    path("checkpoints/", checkpoints.index, name="checkpoint_list"),
    path("checkpoints/<uuid:checkpoint>/", checkpoints.page, name="checkpoint_page"),
    path("checkpoints/<uuid:checkpoint>/promote/", checkpoints.promote, name="checkpoint_promote"),
    path("library/", library.index, name="asset_list"),
    path("library/download/", library.download, name="asset_download"),
    path("library/<uuid:asset>/", library.page, name="asset_page"),
    path("library/<uuid:asset>/file/", files.asset, name="asset_file"),
    path("library/<uuid:asset>/receipt.json", files.receipt, name="asset_receipt"),
    path("library/<uuid:asset>/rate/", library.rate, name="asset_rate"),
    path("library/<uuid:asset>/tags/", library.tag, name="asset_tag"),
    path("library/<uuid:asset>/trash/", library.trash, name="asset_trash"),
    path("library/<uuid:asset>/restore/", library.restore, name="asset_restore"),
    path("files/<uuid:artifact>/", files.artifact, name="artifact_file"),
    path("settings/members/", settings.members, name="member_list"),
    path("settings/members/invite/", settings.invite, name="member_invite"),
    path("settings/members/<uuid:member>/role/", settings.role, name="member_role"),
    path("settings/members/<uuid:member>/remove/", settings.remove, name="member_remove"),
    path("settings/invitations/<uuid:invitation>/withdraw/", settings.withdraw, name="member_withdraw"),
    path("settings/audit/", settings.audit, name="audit_list"),
    path("settings/tokens/", tokens.index, name="token_list"),
    path("settings/tokens/<uuid:token>/revoke/", tokens.revoke, name="token_revoke"),
]

urlpatterns = [
    path("", people.home, name="home"),
    path("workspaces/new/", people.create_workspace, name="workspace_new"),
    path("invitations/<str:secret>/", people.invitation, name="invitation"),
    path("profile/", people.profile, name="profile"),
    path("w/<slug:workspace>/", include(in_workspace)),
]

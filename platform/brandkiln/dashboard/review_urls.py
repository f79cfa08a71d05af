"""The addresses of the pages of review, below /review/ of a workspace."""

from django.urls import URLPattern, path

from brandkiln.dashboard.views import review_acts, review_comments, review_pages, review_rules

patterns: list[URLPattern] = [
    path("", review_pages.index, name="review_list"),
    path("mode/", review_pages.mode, name="review_mode"),
    path("mode/<uuid:asset>/", review_pages.card, name="review_card"),
    path("compare/", review_pages.compare, name="review_compare"),
    path("rules/", review_rules.page, name="review_rules"),
    path("many/", review_acts.many, name="review_many"),
    path("<uuid:asset>/", review_pages.piece, name="review_piece"),
    path("<uuid:asset>/ask/", review_acts.ask, name="review_ask"),
    path("<uuid:asset>/withdraw/", review_acts.withdraw, name="review_withdraw"),
    path("<uuid:asset>/decide/", review_acts.decide, name="review_decide"),
    path("<uuid:asset>/lock/", review_acts.lock, name="review_lock"),
    path("<uuid:asset>/undo/", review_acts.undo, name="review_undo"),
    path("<uuid:asset>/comments/", review_comments.add, name="review_comment"),
    path("<uuid:asset>/comments/<uuid:asset_comment>/", review_comments.change, name="review_comment_change"),
]

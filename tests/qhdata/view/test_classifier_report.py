from __future__ import annotations

import html

from qhdata.view.classifier_report import classifier_page
from qhdata.view.pages import page_html
from qhdata.view.reliability import reliability

BIN = {"from": 0.9, "to": 1.0, "n": 12, "mean_score": 0.97, "share_right": 0.75}
METRICS = {
    "precision": 0.9, "recall": 0.8, "auc": 0.95, "n": 12, "n_train": 40, "n_finance": 6,
    "n_general": 6, "calibration_error": 0.22, "reliability": [BIN],
    "at_recall_90": {"threshold": 0.4, "precision": 0.7, "recall": 0.9, "false_share": 0.3},
    "pools": [{"pool": "<script>alert(1)</script>", "side": "negative", "n": 6, "above": 2}],
    "left_out": {"same_text": 3},
}  # fmt: skip


def test_the_page_is_whole_and_what_it_quotes_is_escaped():
    page = page_html(classifier_page(METRICS))
    assert "<script" not in page
    assert html.escape("<script>alert(1)</script>") in page
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")
    assert "precision at 90 % recall" in page
    assert "0.750 right of 12 texts" in page


def test_a_page_of_topics_shows_who_is_taken_for_whom():
    metrics = {
        "accuracy": 0.5, "n": 4, "n_train": 9, "calibration_error": 0.1, "reliability": [BIN],
        "labels": [{"label": x, "precision": 0.5, "recall": 0.5, "n": 2} for x in ("a<b", "c")],
        "confusion": [[1, 1], [1, 1]],
    }  # fmt: skip
    page = page_html(classifier_page(metrics))
    assert "a&lt;b" in page
    assert "a<b" not in page


def test_bars_of_the_diagram_stand_where_the_numbers_say():
    drawn = reliability("x", [BIN], "texts")
    assert 'height="195.0"' in drawn  # 0.75 of 260
    assert 'cy="75.0"' in drawn
    assert reliability("x", [], "texts").startswith("<svg")

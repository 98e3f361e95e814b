"""Gold and answer to verdict, by rules alone: no language model is asked anywhere here."""

from qhdata.judge.judge import judge, judge_all, judge_slots, judge_text, overall

__all__ = ["judge", "judge_all", "judge_slots", "judge_text", "overall"]

"""Whether a model may run on a series: the study held against the model's card."""

from reader.session.running.eligibility.header import check_content, check_header, joined

__all__ = ["check_content", "check_header", "joined"]

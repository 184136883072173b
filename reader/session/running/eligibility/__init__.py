"""Whether a model may run on a series: the study held against the model's card."""

"""Feedback on the learner's answers, one module a notebook."""

"""Wrong answers to the exercises, as somebody new to the course writes them.

They were written before the feedback was looked at. The globals of these modules stand for those
of a notebook that has been run.
"""

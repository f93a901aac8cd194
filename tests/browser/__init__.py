"""Tests in a real browser, against a real JupyterLab. A package, so that both end with it."""

"""Fitting and judging classifiers: the only place that imports scikit-learn and numpy, in the worker and the CLI."""

FOLDS = 5
"""Folds of every cross-validation."""

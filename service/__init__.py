"""Firasa: quizzes and surveys that become personas, segments and tags."""

__version__ = "0.1.0"

"""Subtitles into other languages with Argos packages, offline."""

"""Sentences and audio to timed words: forced alignment of a transcript that covers a part."""

"""Names of subtitle files: VIDEO.en.srt beside VIDEO.mp4, as players look for them.

VLC, mpv, Jellyfin, Plex and Kodi all read the language from the part before the ending.
"""

from pathlib import Path

from subtitler.errors import SubtitlerError
from subtitler.languages import Language, parse_language


def subtitle_name(media: Path, language: Language) -> str:
    """The file name of subtitles in `language` for a video, or beside other subtitles.

    The language in the name of an SRT file is exchanged: talk.en.srt becomes talk.sq.srt.
    """
    stem = media.stem
    if media.suffix.lower() == ".srt" and language_of(media) is not None:
        stem = Path(stem).stem
    return f"{stem}.{language.tag}.srt"


def language_of(file: Path) -> Language | None:
    """The language in the name of a subtitle file (talk.sr-Cyrl.srt), None if none is there."""
    tag = Path(file.stem).suffix[1:]
    # Tags only: "Press.Serbian.srt" may be a title.
    if not 2 <= len(tag.partition("-")[0]) <= 3:
        return None
    try:
        return parse_language(tag)
    except SubtitlerError:
        return None

"""What kind of media a file name promises."""

_KINDS = {
    "avi": "video/x-msvideo",
    "mkv": "video/x-matroska",
    "mov": "video/quicktime",
    "mpg": "video/mpeg",
    "mpeg": "video/mpeg",
    "mts": "video/mp2t",
    "m2ts": "video/mp2t",
    "webm": "video/webm",
    "3gp": "video/3gpp",
    "wav": "audio/x-wav",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
}


def mime_type(name: str) -> str:
    """The media type by a name's end; MP4 where it says nothing."""
    return _KINDS.get(name.rpartition(".")[2].lower(), "video/mp4")

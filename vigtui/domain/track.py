"""The pictures and sounds that a film holds beside one another, in words to choose from."""

from dataclasses import dataclass
from enum import StrEnum


class TrackKind(StrEnum):
    """What a track is."""

    PICTURE = "picture"
    SOUND = "sound"


_LANGUAGES = {
    "ara": "Arabic", "bul": "Bulgarian", "cat": "Catalan", "ces": "Czech", "cze": "Czech", "dan": "Danish",
    "deu": "German", "ger": "German", "ell": "Greek", "gre": "Greek", "eng": "English", "est": "Estonian",
    "fas": "Persian", "per": "Persian", "fin": "Finnish", "fra": "French", "fre": "French", "gle": "Irish",
    "heb": "Hebrew", "hin": "Hindi", "hrv": "Croatian", "hun": "Hungarian", "isl": "Icelandic", "ita": "Italian",
    "jpn": "Japanese", "kor": "Korean", "kur": "Kurdish", "lav": "Latvian", "lit": "Lithuanian", "nld": "Dutch",
    "dut": "Dutch", "nor": "Norwegian", "pol": "Polish", "por": "Portuguese", "ron": "Romanian", "rum": "Romanian",
    "rus": "Russian", "slk": "Slovak", "slv": "Slovenian", "som": "Somali", "spa": "Spanish", "sqi": "Albanian",
    "srp": "Serbian", "swe": "Swedish", "tam": "Tamil", "tir": "Tigrinya", "tur": "Turkish", "ukr": "Ukrainian",
    "urd": "Urdu", "vie": "Vietnamese", "zho": "Chinese", "chi": "Chinese",
}  # fmt: skip
"""ISO 639-2, as containers write it."""
_CHANNELS = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}
_CODECS = {
    "h264": "H.264",
    "hevc": "HEVC",
    "mpeg2video": "MPEG-2",
    "mjpeg": "MJPEG",
    "mpeg4": "MPEG-4",
    "h263": "H.263",
}


@dataclass(frozen=True, slots=True)
class Track:
    """One picture or one sound of a film."""

    kind: TrackKind
    number: int
    """From 1, among its kind."""
    codec: str
    language: str = ""
    """Code of three letters; empty where the film does not tell."""
    title: str = ""
    """What the film calls it."""
    width: int = 0
    height: int = 0
    """Size in pixels, upright; of a picture."""
    channels: int = 0
    """Of a sound."""
    usual: bool = False
    """Whether the player takes it where nobody chooses."""

    @property
    def words(self) -> str:
        """“Sound 2: English, stereo, AAC”."""
        facts = [self.title, _LANGUAGES.get(self.language, self.language and f"language {self.language}")]
        if self.kind is TrackKind.PICTURE:
            facts.append(f"{self.width}×{self.height}")
        elif self.channels:
            facts.append(_CHANNELS.get(self.channels, f"{self.channels} channels"))
        facts.append(_CODECS.get(self.codec, self.codec.upper()))
        return f"{self.kind.value.capitalize()} {self.number}: {', '.join(filter(None, facts))}"

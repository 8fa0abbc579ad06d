"""What a file is, by its first bytes. What is not on this list is not kept: nothing that could hold a script."""

from typing import NamedTuple

HEAD = 64  # bytes that are enough to tell


class Kind(NamedTuple):
    type: str
    mime: str
    extension: str


PNG = Kind("image", "image/png", "png")
JPEG = Kind("image", "image/jpeg", "jpg")
GIF = Kind("image", "image/gif", "gif")
WEBP = Kind("image", "image/webp", "webp")
MP3 = Kind("audio", "audio/mpeg", "mp3")
WAV = Kind("audio", "audio/wav", "wav")
OGG = Kind("audio", "audio/ogg", "ogg")
FLAC = Kind("audio", "audio/flac", "flac")
M4A = Kind("audio", "audio/mp4", "m4a")
MP4 = Kind("video", "video/mp4", "mp4")
WEBM = Kind("video", "video/webm", "webm")
KINDS = {kind.mime: kind for kind in (PNG, JPEG, GIF, WEBP, MP3, WAV, OGG, FLAC, M4A, MP4, WEBM)}
NAMES = ", ".join(kind.extension for kind in KINDS.values())

_STARTS = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"fLaC", FLAC),
    (b"ID3", MP3),
)
_RIFF = {b"WEBP": WEBP, b"WAVE": WAV}
_OGG_CODECS = (b"\x01vorbis", b"OpusHead", b"\x7fFLAC", b"Speex   ")
_MP4_BRANDS = {
    b"isom",
    b"iso2",
    b"iso3",
    b"iso4",
    b"iso5",
    b"iso6",
    b"avc1",
    b"mp41",
    b"mp42",
    b"M4V ",
    b"dash",
    b"MSNV",
}


def sniff(head: bytes) -> Kind | None:
    """`head`: the first HEAD bytes, or the whole file if it is shorter."""
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12])
    if head.startswith(b"OggS"):  # may be a film as well: the first page names the codec
        return OGG if head[28:].startswith(_OGG_CODECS) else None
    if head[4:8] == b"ftyp":  # pictures come in the same box
        brand = head[8:12]
        return M4A if brand in (b"M4A ", b"M4B ") else MP4 if brand in _MP4_BRANDS else None
    if head.startswith(b"\x1a\x45\xdf\xa3"):  # Matroska; WebM is the part of it that browsers play
        return WEBM if b"webm" in head[:HEAD] else None
    return MP3 if _is_mp3_frame(head) else None


def _is_mp3_frame(head: bytes) -> bool:
    """A frame of MPEG audio, layer III: sync bits, then no reserved version, bit rate or sample rate."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return False
    return head[1] & 0x18 != 0x08 and head[2] & 0xF0 not in (0x00, 0xF0) and head[2] & 0x0C != 0x0C

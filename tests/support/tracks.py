"""A film of two pictures and two sounds, all of which can be told apart."""

import subprocess
from pathlib import Path

SIZES = {1: (96, 64), 2: (64, 96)}
"""Width and height of each picture: the first is dark and still, the second bright and moving."""


def make_two_of_each(target: Path, *, seconds: int = 3) -> Path:
    """Picture 2 moves; sound 1 is silent and German, sound 2 a loud tone and English."""
    dark = "color=0x202020:s=96x64:r=25"
    bright = "testsrc=s=64x96:r=25,lutyuv=y=val/2+110"
    sources = [dark, bright, "anullsrc=r=48000:cl=stereo", "sine=440:r=48000,volume=8"]
    words = ["ffmpeg", "-v", "error", "-y"]
    for source in sources:
        words += ["-f", "lavfi", "-t", str(seconds), "-i", source]
    words += ["-map", "0", "-map", "1", "-map", "2", "-map", "3", "-c:v", "libx264", "-preset", "ultrafast"]
    words += ["-pix_fmt", "yuv420p", "-c:a", "aac", "-ac:a:1", "1"]
    words += ["-metadata:s:a:0", "language=deu", "-metadata:s:a:1", "language=eng", str(target)]
    subprocess.run(words, check=True, stdin=subprocess.DEVNULL, timeout=60)
    return target


def with_cover(film: Path, target: Path) -> Path:
    """The same film with a cover in front of its pictures, as recorders and shops write them."""
    cover = ["-f", "lavfi", "-t", "0.04", "-i", "color=red:s=32x32:r=25"]
    words = ["ffmpeg", "-v", "error", "-y", *cover, "-i", str(film), "-map", "0", "-map", "1", "-c", "copy"]
    words += ["-c:v:0", "mjpeg", "-pix_fmt:v:0", "yuvj420p", "-disposition:v:0", "attached_pic", str(target)]
    subprocess.run(words, check=True, stdin=subprocess.DEVNULL, timeout=60)
    return target

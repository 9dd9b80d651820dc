"""Cards, disks and phones that are plugged in are found, and the system's own disks are not among them."""

from vigtui.services.disks import plugged_in


def test_what_can_be_taken_out(tmp_path, monkeypatch):
    blocks = tmp_path / "blocks"
    for disk, removable in (("sdb", "1"), ("sda", "0")):
        (blocks / disk / f"{disk}1").mkdir(parents=True)
        (blocks / disk / "removable").write_text(f"{removable}\n")
        (blocks / f"{disk}1").symlink_to(blocks / disk / f"{disk}1")
    card, own = tmp_path / "my card", tmp_path / "own"
    phone = tmp_path / "run" / "gvfs" / "mtp:host=Phone"
    for folder in (card, own, phone, phone.with_name("smb-share:server=x")):
        folder.mkdir(parents=True)
    mounts = tmp_path / "mounts"
    there = str(card).replace(" ", "\\040")
    mounts.write_text(
        f"/dev/sda1 / ext4 rw 0 0\n/dev/sdb1 {there} vfat rw 0 0\n/dev/sda1 {own} ext4 rw 0 0\nproc /proc proc rw 0 0\n"
        "/dev/gone /media/somebody/gone vfat rw 0 0\nbroken\n"
    )
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    assert plugged_in(mounts, blocks, None) == [card, phone]
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    assert plugged_in(tmp_path / "none", blocks) == []


def test_on_a_mac_every_disk_but_its_own(tmp_path, monkeypatch):
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    volumes = tmp_path / "Volumes"
    for name in ("NO NAME", "Kamera ä", ".timemachine"):
        (volumes / name).mkdir(parents=True)
    (volumes / "Macintosh HD").symlink_to("/")
    (volumes / "a file").write_text("")
    none = tmp_path / "none"
    assert plugged_in(none, none, volumes) == [volumes / "Kamera ä", volumes / "NO NAME"]
    assert plugged_in(none, none, none) == []

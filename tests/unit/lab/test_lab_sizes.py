import pytest

from lab.exchange.model.sizes import at_most, format_size, parse_quota, parse_size


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("2GB", 2 << 30),
        ("2 gb", 2 << 30),
        ("1.5 MB", 1_572_864),
        ("1024", 1024),
        (2_147_483_648, 2_147_483_648),
        ("30 GB (32,212,254,720 bytes)", 32_212_254_720),
        ("0B", 0),
        ("1TB", 1 << 40),
    ],
)
def test_sizes_are_read(text, size):
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "GB", "2 XB", "deux", "-1", "2TB", True, None, 1.5, [1]])
def test_what_is_no_size_is_refused(text):
    with pytest.raises(ValueError):
        parse_size(text)


def test_quotas_are_rounded_up_to_a_kilobyte_and_null_is_unlimited():
    assert parse_quota("1000") == 1024
    assert parse_quota(1025) == 2048
    assert parse_quota("unlimited") == "Unlimited"
    assert parse_quota(None) == "Unlimited"


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (2 << 30, "2 GB (2,147,483,648 bytes)"),
        (256 << 10, "256 KB (262,144 bytes)"),
        (1_572_864_000, "1.465 GB (1,572,864,000 bytes)"),
        (1_047_552, "1023 KB (1,047,552 bytes)"),
        (512, "512 B (512 bytes)"),
        ("Unlimited", "Unlimited"),
    ],
)
def test_the_text_is_that_of_exchange(size, text):
    assert format_size(size) == text
    if isinstance(size, int):
        assert parse_size(text) == size


def test_unlimited_is_above_every_size():
    assert at_most(5, "Unlimited")
    assert at_most("Unlimited", "Unlimited")
    assert not at_most("Unlimited", 5)
    assert not at_most(6, 5)

"""Known mistakes in truncate_noise."""

import torch

from autograder.suites import mistake


@mistake(
    "test_what_is_too_large_becomes_its_redraw",
    says="You clamp, and draw nothing again: numbers pile up at the threshold. Take the redraws first.",
)
def clamp_only(noise, threshold, redraws):
    return noise.clamp(-threshold, threshold)


@mistake(
    "test_what_is_fine_stays",
    says="You draw the whole vector again when one of its numbers is too large. Numbers are redrawn one by one.",
)
def whole_vector(noise, threshold, redraws):
    for redraw in redraws:
        too_large = (noise.abs() > threshold).any(dim=1, keepdim=True)
        noise = torch.where(too_large, redraw, noise)
    return noise.clamp(-threshold, threshold)


@mistake(
    "test_what_is_fine_stays",
    says="You draw the whole vector again when its norm is above the threshold. Each number is looked at by itself.",
)
def norm_of_the_vector(noise, threshold, redraws):
    for redraw in redraws:
        noise = torch.where(noise.norm(dim=1, keepdim=True) > threshold, redraw, noise)
    return noise.clamp(-threshold, threshold)


@mistake(
    "test_what_is_fine_stays",
    says="You take every redraw that is fine, also where the noise was fine already. Such a number stays.",
)
def fine_numbers_redrawn(noise, threshold, redraws):
    for redraw in redraws.flip(0):
        noise = torch.where(redraw.abs() <= threshold, redraw, noise)
    return noise.clamp(-threshold, threshold)


@mistake(
    "test_what_is_fine_stays",
    says="A number on the threshold is drawn again. It is too large only above it: > in place of >=.",
)
def threshold_too_large(noise, threshold, redraws):
    for redraw in redraws:
        noise = torch.where(noise.abs() >= threshold, redraw, noise)
    return noise.clamp(-threshold, threshold)


@mistake(
    "test_the_first_fine_redraw_counts",
    says="You use the first redraw only. One that is too large itself is followed by the next.",
)
def first_redraw_only(noise, threshold, redraws):
    for redraw in redraws[:1]:
        noise = torch.where(noise.abs() > threshold, redraw, noise)
    return noise.clamp(-threshold, threshold)


@mistake(
    "test_what_is_too_large_becomes_its_redraw",
    says="You look at numbers above the threshold only. Size has no sign: compare the absolute value.",
)
def signed_threshold(noise, threshold, redraws):
    for redraw in redraws:
        noise = torch.where(noise > threshold, redraw, noise)
    return noise.clamp(-threshold, threshold)


@mistake(
    "test_the_first_fine_redraw_counts",
    says="Each redraw replaces the one before, even a fine one: you always look at the first draw. Look at the present "
    "number.",
)
def last_redraw_wins(noise, threshold, redraws):
    too_large = noise.abs() > threshold
    for redraw in redraws:
        noise = torch.where(too_large, redraw, noise)
    return noise.clamp(-threshold, threshold)


@mistake(
    "test_the_first_fine_redraw_counts",
    says="Of the redraws that are fine you take the last. The first one counts.",
)
def last_fine_redraw_wins(noise, threshold, redraws):
    too_large, last = noise.abs() > threshold, noise
    for redraw in redraws:
        noise, last = torch.where(too_large & (redraw.abs() <= threshold), redraw, noise), redraw
    return torch.where(noise.abs() > threshold, last, noise).clamp(-threshold, threshold)


@mistake(
    "test_what_is_left_is_clamped",
    says="Nothing is clamped in the end: what no redraw mends is still too large.",
)
def no_clamp(noise, threshold, redraws):
    for redraw in redraws:
        noise = torch.where(noise.abs() > threshold, redraw, noise)
    return noise.clone()


@mistake(
    "test_what_is_left_is_clamped",
    says="The clamp has an upper end only. A number may be too far below 0 as well.",
)
def clamped_above_only(noise, threshold, redraws):
    for redraw in redraws:
        noise = torch.where(noise.abs() > threshold, redraw, noise)
    return noise.clamp(max=threshold)


@mistake(
    "test_what_is_left_is_clamped",
    says="What no redraw mends gets the sign of the first draw. It is the last draw that is clamped.",
)
def first_draw_clamped(noise, threshold, redraws):
    truncated = noise
    for redraw in redraws:
        truncated = torch.where(truncated.abs() > threshold, redraw, truncated)
    return torch.where(truncated.abs() > threshold, noise, truncated).clamp(-threshold, threshold)


@mistake(
    "test_what_is_left_is_clamped",
    says="What no redraw mends always becomes plus the threshold. It keeps the sign of the last draw.",
)
def clamped_without_its_sign(noise, threshold, redraws):
    for redraw in redraws:
        noise = torch.where(noise.abs() > threshold, redraw, noise)
    return torch.where(noise.abs() > threshold, torch.full_like(noise, threshold), noise)


@mistake(
    "test_what_is_left_is_clamped",
    says="What no redraw mends becomes 0. It is clamped: the threshold, with the sign of the last draw.",
)
def left_at_0(noise, threshold, redraws):
    for redraw in redraws:
        noise = torch.where(noise.abs() > threshold, redraw, noise)
    return torch.where(noise.abs() > threshold, torch.zeros_like(noise), noise)


@mistake(
    "test_what_is_too_large_becomes_its_redraw",
    says="You fill the gaps with the redraws in a row. Each number has a place of its own in every redraw.",
)
def redraws_from_the_start(noise, threshold, redraws):
    noise = noise.clone()
    for redraw in redraws:
        too_large = noise.abs() > threshold
        noise[too_large] = redraw.flatten()[: int(too_large.sum())]
    return noise.clamp(-threshold, threshold)


@mistake(
    "test_what_is_too_large_becomes_its_redraw",
    says="You draw numbers of your own. The redraws are given, so that the result can be had again.",
)
def own_draws(noise, threshold, redraws):
    noise = noise.clone()
    while (noise.abs() > threshold).any():
        noise = torch.where(noise.abs() > threshold, torch.randn_like(noise), noise)
    return noise


@mistake(
    "test_what_is_too_large_becomes_its_redraw",
    says="You make all the noise smaller. Truncation leaves fine numbers alone and draws the others again.",
)
def scaled(noise, threshold, redraws):
    return noise * threshold / noise.abs().max()


@mistake(
    "test_what_is_left_is_clamped",
    says="Without redraws (R = 0) there is nothing to stack or to index. The noise is then clamped as it is.",
)
def needs_a_redraw(noise, threshold, redraws):
    truncated = torch.where(noise.abs() > threshold, redraws[0], noise)
    for redraw in redraws[1:]:
        truncated = torch.where(truncated.abs() > threshold, redraw, truncated)
    return truncated.clamp(-threshold, threshold)


@mistake(
    "test_what_is_fine_stays",
    says="You write into the caller's noise. Work on a copy: noise.clone().",
)
def caller_changed(noise, threshold, redraws):
    for redraw in redraws:
        too_large = noise.abs() > threshold
        noise[too_large] = redraw[too_large]
    return noise.clamp_(-threshold, threshold)


@mistake(
    "test_what_is_fine_stays",
    says="The result is always float32. Keep the dtype of the noise.",
)
def always_float32(noise, threshold, redraws):
    truncated = torch.zeros(noise.shape)
    truncated.copy_(noise)
    for redraw in redraws:
        truncated = torch.where(truncated.abs() > threshold, redraw.float(), truncated)
    return truncated.clamp(-threshold, threshold)


@mistake(
    "test_noise_and_redraws_may_lie_on_a_gpu",
    says="A tensor is made on the processor, whatever device comes in. Use zeros_like, or the device of the noise.",
)
def sign_on_the_processor(noise, threshold, redraws):
    limit = torch.tensor([threshold], dtype=noise.dtype)
    for redraw in redraws:
        noise = torch.where(noise.abs() > limit, redraw, noise)
    return noise.clamp(-threshold, threshold)


@mistake(
    "test_what_is_fine_stays",
    says="You write into the redraws. They belong to the caller.",
)
def redraws_changed(noise, threshold, redraws):
    for redraw in redraws:
        noise = torch.where(noise.abs() > threshold, redraw, noise)
        redraw.clamp_(-threshold, threshold)
    return noise.clamp(-threshold, threshold)


@mistake(
    "test_what_is_too_large_becomes_its_redraw",
    says="The threshold is fixed in your code, or used in one place only. Use the one that is given.",
)
def threshold_fixed(noise, threshold, redraws):
    for redraw in redraws:
        noise = torch.where(noise.abs() > 1.5, redraw, noise)
    return noise.clamp(-1.5, 1.5)

"""Known mistakes in ConditionalBatchNorm2d; each is a right layer with one thing wrong."""

import torch
import torch.nn.functional as F
from torch import nn

from autograder.suites import mistake


class _Conditional(nn.Module):
    """A right layer, whose parts can be replaced one by one."""

    def __init__(self, features, classes):
        super().__init__()
        self.norm = self.make_norm(features)
        self.gain, self.bias = nn.Embedding(classes, features), nn.Embedding(classes, features)
        self.begin()

    def make_norm(self, features):
        return nn.BatchNorm2d(features, affine=False)

    def begin(self):
        nn.init.ones_(self.gain.weight)
        nn.init.zeros_(self.bias.weight)

    def look_up(self, table, labels):
        return table(labels)[:, :, None, None]

    def normalize(self, x, labels):
        return self.norm(x)

    def forward(self, x, labels):
        return self.look_up(self.gain, labels) * self.normalize(x, labels) + self.look_up(self.bias, labels)


@mistake(
    "test_at_the_start_it_is_batch_norm",
    says="Gain and bias are exchanged: the gain is added, and the bias multiplies.",
)
class exchanged(_Conditional):
    def forward(self, x, labels):
        return self.look_up(self.bias, labels) * self.norm(x) + self.look_up(self.gain, labels)


@mistake(
    "test_at_the_start_it_is_batch_norm",
    says="Both embeddings start at random, as embeddings do unless told otherwise. Set gains to 1 and biases to 0.",
)
class random_start(_Conditional):
    def begin(self):
        pass


@mistake(
    "test_at_the_start_it_is_batch_norm",
    says="The biases start at random. Set them to 0.",
)
class random_biases(_Conditional):
    def begin(self):
        nn.init.ones_(self.gain.weight)


@mistake(
    "test_at_the_start_it_is_batch_norm",
    says="The gains are drawn around 1 with a spread of 0.02, as DCGAN draws them. Here they are all 1.",
)
class gains_spread_around_1(_Conditional):
    def begin(self):
        nn.init.normal_(self.gain.weight, 1, 0.02)
        nn.init.zeros_(self.bias.weight)


@mistake(
    "test_at_the_start_it_is_batch_norm",
    says="The gains start at 0, so that nothing comes through. They start at 1.",
)
class gains_of_0(_Conditional):
    def begin(self):
        nn.init.zeros_(self.gain.weight)
        nn.init.zeros_(self.bias.weight)


@mistake(
    "test_at_the_start_it_is_batch_norm",
    says="You multiply by 1 + gain, with gains that start at 1: that makes 2.",
)
class one_plus_gain(_Conditional):
    def forward(self, x, labels):
        return (1 + self.look_up(self.gain, labels)) * self.norm(x) + self.look_up(self.bias, labels)


@mistake(
    "test_each_class_has_its_own_gain_and_bias",
    says="The label of the first image decides for the whole batch. Each image has a gain and a bias of its own.",
)
class label_of_the_first_image(_Conditional):
    def look_up(self, table, labels):
        return table(labels[:1])[:, :, None, None]


@mistake(
    "test_each_class_has_its_own_gain_and_bias",
    says="You average gains and biases over the batch. Each image has those of its own label.",
)
class averaged_over_the_batch(_Conditional):
    def look_up(self, table, labels):
        return table(labels).mean(dim=0)[:, None, None]


@mistake(
    "test_gain_comes_first_and_nothing_else_is_learnt",
    says="The batch norm inside has a gain and a bias of its own, shared by all classes: affine=False.",
)
class affine_norm(_Conditional):
    def make_norm(self, features):
        return nn.BatchNorm2d(features)


@mistake(
    "test_each_class_has_its_own_gain_and_bias",
    says="The bias is never added.",
)
class no_bias(_Conditional):
    def forward(self, x, labels):
        return self.look_up(self.gain, labels) * self.norm(x)


@mistake(
    "test_each_class_has_its_own_gain_and_bias",
    says="The gain is never used.",
)
class no_gain(_Conditional):
    def forward(self, x, labels):
        return self.norm(x) + self.look_up(self.bias, labels)


@mistake(
    "test_gain_comes_first_and_nothing_else_is_learnt",
    says="You add the bias and then multiply both. The gain scales the normalised x alone: gain * x + bias.",
)
class bias_scaled_too(_Conditional):
    def forward(self, x, labels):
        return self.look_up(self.gain, labels) * (self.norm(x) + self.look_up(self.bias, labels))


@mistake(
    "test_each_class_has_its_own_gain_and_bias",
    says="Gain and bias come before the batch norm, which takes most of them away again. Normalise first.",
)
class norm_at_last(_Conditional):
    def forward(self, x, labels):
        return self.norm(self.look_up(self.gain, labels) * x + self.look_up(self.bias, labels))


@mistake(
    "test_each_class_has_its_own_gain_and_bias",
    says="Gains and biases are no parameters (plain tensors, buffers, or detached): no optimizer can train them.",
)
class not_trained(_Conditional):
    def begin(self):
        super().begin()
        self.gain.requires_grad_(False)
        self.bias.requires_grad_(False)


@mistake(
    "test_at_the_start_it_is_batch_norm",
    says="You normalise each image by itself (instance norm). Batch norm takes a channel of the whole batch.",
)
class each_image_by_itself(_Conditional):
    def make_norm(self, features):
        return nn.InstanceNorm2d(features, track_running_stats=True)


@mistake(
    "test_at_the_start_it_is_batch_norm",
    says="Each class is normalised by itself. Statistics are shared by all classes; only gain and bias are not.",
)
class each_class_by_itself(_Conditional):
    def __init__(self, features, classes):
        super().__init__(features, classes)
        self.norms = nn.ModuleList(nn.BatchNorm2d(features, affine=False) for _ in range(classes))

    def normalize(self, x, labels):
        normalized = torch.zeros_like(x)
        for label in labels.unique().tolist():
            normalized[labels == label] = self.norms[label](x[labels == label])
        return normalized


@mistake(
    "test_evaluation_uses_running_statistics",
    says="Evaluation mode normalises by the batch's own statistics. It uses the running ones.",
)
class no_running_statistics(_Conditional):
    def make_norm(self, features):
        return nn.BatchNorm2d(features, affine=False, track_running_stats=False)


@mistake(
    "test_at_the_start_it_is_batch_norm",
    says="You normalise by running statistics in training too. Tell F.batch_norm: training=self.training.",
)
class always_running_statistics(_Conditional):
    def normalize(self, x, labels):
        return F.batch_norm(x, self.norm.running_mean, self.norm.running_var)


@mistake(
    "test_evaluation_uses_running_statistics",
    says="Your running statistics move by 0.9 of the way with each batch. PyTorch's momentum is 0.1 unless you say so.",
)
class momentum_of_others(_Conditional):
    def make_norm(self, features):
        return nn.BatchNorm2d(features, momentum=0.9, affine=False)


@mistake(
    "test_at_the_start_it_is_batch_norm",
    says="Your epsilon is 0.001. Keep that of nn.BatchNorm2d.",
)
class larger_epsilon(_Conditional):
    def make_norm(self, features):
        return nn.BatchNorm2d(features, eps=1e-3, affine=False)


@mistake(
    "test_at_the_start_it_is_batch_norm",
    says="You normalise by the unbiased variance (torch.var does). In training, batch norm divides by B H W.",
)
class unbiased_variance(_Conditional):
    def normalize(self, x, labels):
        normalized = self.norm(x)
        count = x.numel() / x.shape[1]
        return normalized * ((count - 1) / count) ** 0.5 if self.training else normalized


@mistake(
    "test_at_the_start_it_is_batch_norm",
    says="Mean and variance are cut off from the graph. They depend on x, and the gradient goes through them.",
)
class statistics_detached(_Conditional):
    def normalize(self, x, labels):
        normalized = self.norm(x)
        if not self.training:
            return normalized
        mean, variance = x.mean(dim=(0, 2, 3)).detach(), x.var(dim=(0, 2, 3), unbiased=False).detach()
        return (x - mean[:, None, None]) / (variance + self.norm.eps).sqrt()[:, None, None]


@mistake(
    "test_at_the_start_it_is_batch_norm",
    says="Gains (B, C) meet images (B, C, H, W). Give them two more dimensions: (B, C, 1, 1).",
)
class no_new_dimensions(_Conditional):
    def look_up(self, table, labels):
        return table(labels)


@mistake(
    "test_at_the_start_it_is_batch_norm",
    says="The sizes of the embeddings are exchanged. There is one row for each class: nn.Embedding(classes, features).",
)
class sizes_exchanged(_Conditional):
    def __init__(self, features, classes):
        super().__init__(features, classes)
        self.gain, self.bias = nn.Embedding(features, classes), nn.Embedding(features, classes)
        self.begin()


@mistake(
    "test_one_image_in_float64_works",
    says="A squeeze takes the batch away when it holds one image. Index with [:, :, None, None].",
)
class squeezed(_Conditional):
    def forward(self, x, labels):
        return super().forward(x, labels).squeeze()


@mistake(
    "test_images_and_layer_may_lie_on_a_gpu",
    says="Gains and biases are made on the processor in forward, or are no part of the layer: they stay behind when "
    "it moves.",
)
class one_hot_on_the_processor(_Conditional):
    def look_up(self, table, labels):
        chosen = torch.zeros(len(labels), table.num_embeddings, dtype=table.weight.dtype)
        chosen[range(len(labels)), labels.tolist()] = 1
        return (chosen @ table.weight)[:, :, None, None]


@mistake(
    "test_at_the_start_it_is_batch_norm",
    says="You write into the images (an in-place operation). They belong to the caller.",
)
class images_changed(_Conditional):
    def forward(self, x, labels):
        output = super().forward(x.clone(), labels)
        with torch.no_grad():
            x.copy_(self.norm(x))
        return output


@mistake(
    "test_at_the_start_it_is_batch_norm",
    says="The number of classes, or of channels, is fixed in your code (ten, for example). Use the one that is given.",
)
class ten_classes(_Conditional):
    def __init__(self, features, classes):
        super().__init__(features, min(classes, 10))

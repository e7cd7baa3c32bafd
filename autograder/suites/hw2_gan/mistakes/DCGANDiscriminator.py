"""Known mistakes in DCGANDiscriminator; each is a right network with one thing wrong."""

import torch
from torch import nn

from autograder.suites import mistake


class _DCGAN(nn.Module):
    """A right discriminator, whose parts can be replaced one by one."""

    def __init__(self, channels, width):
        super().__init__()
        maps, layers = self.maps(width), []
        for number, (inputs, outputs) in enumerate(zip((channels, *maps), maps)):
            layers += [*self.shrink(inputs, outputs), *self.follow(outputs, is_first=number == 0)]
        self.layers = self.hold([*layers, *self.end(maps[-1])])

    def maps(self, width):
        return width, 2 * width, 4 * width

    def shrink(self, inputs, outputs):
        return [nn.Conv2d(inputs, outputs, 4, stride=2, padding=1)]

    def follow(self, outputs, is_first):
        return [self.activate()] if is_first else [self.norm(outputs), self.activate()]

    def norm(self, outputs):
        return nn.BatchNorm2d(outputs)

    def activate(self):
        return nn.LeakyReLU(0.2)

    def end(self, inputs):
        return [nn.Conv2d(inputs, 1, 4)]

    def hold(self, layers):
        return nn.Sequential(*layers)

    def forward(self, images):
        return self.layers(images).flatten()


@mistake(
    "test_each_image_gets_one_logit",
    says="The logits come as a column (B, 1) or as maps (B, 1, 1, 1). The shape is (B,): flatten them.",
)
class column(_DCGAN):
    def forward(self, images):
        return self.layers(images).flatten(1)


@mistake(
    "test_each_image_gets_one_logit",
    says="A squeeze takes the batch away when it holds one image. The shape is (B,), also for B = 1.",
)
class squeezed(_DCGAN):
    def forward(self, images):
        return self.layers(images).squeeze()


@mistake(
    "test_each_image_gets_one_logit",
    says="Each image gets several logits, one for each place of its last map. It gets one, made from the whole map.",
)
class logits_of_patches(_DCGAN):
    def end(self, inputs):
        return [nn.Conv2d(inputs, 1, 1), nn.Flatten(1)]

    def forward(self, images):
        return self.layers(images)


@mistake(
    "test_each_image_gets_one_logit",
    says="You give one number for the whole batch. Losses take their mean themselves; D gives a logit for each image.",
)
class mean_over_the_batch(_DCGAN):
    def forward(self, images):
        return super().forward(images).mean()


@mistake(
    "test_each_image_gets_one_logit",
    says="Batch norm uses the batch's own statistics in evaluation mode too. Let it keep running ones.",
)
class no_running_statistics(_DCGAN):
    def norm(self, outputs):
        return nn.BatchNorm2d(outputs, track_running_stats=False)


@mistake(
    "test_each_image_gets_one_logit",
    says="Noise is added to the images in evaluation mode too, so that no logit can be had twice.",
)
class noise_on_images(_DCGAN):
    def forward(self, images):
        return super().forward(images + 0.1 * torch.randn_like(images))


@mistake(
    "test_each_image_gets_one_logit",
    says="You end in a sigmoid. The losses of this homework take logits: leave it away.",
)
class sigmoid_at_the_end(_DCGAN):
    def forward(self, images):
        return super().forward(images).sigmoid()


@mistake(
    "test_each_image_gets_one_logit",
    says="You return log D(x), which is never above 0. A logit is what goes into the sigmoid.",
)
class log_of_the_sigmoid(_DCGAN):
    def forward(self, images):
        return nn.functional.logsigmoid(super().forward(images))


@mistake(
    "test_each_image_gets_one_logit",
    says="You end in tanh, which belongs to the generator. A logit may be any number.",
)
class tanh_at_the_end(_DCGAN):
    def forward(self, images):
        return super().forward(images).tanh()


@mistake(
    "test_each_image_gets_one_logit",
    says="The last layer is followed by LeakyReLU, which makes negative logits five times as small. Leave it away.",
)
class activation_at_the_end(_DCGAN):
    def forward(self, images):
        return self.activate()(super().forward(images))


@mistake(
    "test_each_image_gets_one_logit",
    says="The last layer is followed by ReLU, so that D can never call an image fake. Leave it away.",
)
class relu_at_the_end(_DCGAN):
    def forward(self, images):
        return super().forward(images).relu()


@mistake(
    "test_each_image_gets_one_logit",
    says="The last layer is followed by batch norm: half of every batch then gets negative logits. Leave it away.",
)
class norm_at_the_end(_DCGAN):
    def end(self, inputs):
        return [nn.Conv2d(inputs, 1, 4), nn.BatchNorm2d(1)]


@mistake(
    "test_each_image_gets_one_logit",
    says="The sign is turned: a large logit means real.",
)
class sign_turned(_DCGAN):
    def forward(self, images):
        return -super().forward(images)


@mistake(
    "test_three_strided_layers_do_all_the_shrinking",
    says="Max pooling makes the maps smaller. In DCGAN the convolutions do that themselves, by their stride.",
)
class max_pooling(_DCGAN):
    def shrink(self, inputs, outputs):
        return [nn.Conv2d(inputs, outputs, 3, padding=1), nn.MaxPool2d(2)]


@mistake(
    "test_three_strided_layers_do_all_the_shrinking",
    says="Average pooling makes the maps smaller. In DCGAN the convolutions do that themselves, by their stride.",
)
class average_pooling(_DCGAN):
    def shrink(self, inputs, outputs):
        return [nn.Conv2d(inputs, outputs, 3, padding=1), nn.AvgPool2d(2)]


@mistake(
    "test_three_strided_layers_do_all_the_shrinking",
    says="The last map is averaged over its pixels. A convolution or one dense layer makes the logit from all 4 x 4.",
)
class average_over_the_last_map(_DCGAN):
    def end(self, inputs):
        return [nn.AdaptiveAvgPool2d(1), nn.Conv2d(inputs, 1, 1)]


@mistake(
    "test_three_strided_layers_do_all_the_shrinking",
    says="There are two strided layers, and the logit is made from 8 x 8. Halve three times, from 32 x 32 to 4 x 4.",
)
class two_halvings(_DCGAN):
    def maps(self, width):
        return width, 2 * width

    def end(self, inputs):
        return [nn.Conv2d(inputs, 1, 8)]


@mistake(
    "test_three_strided_layers_do_all_the_shrinking",
    says="There are four strided layers, down to 2 x 2. Halve three times, from 32 x 32 to 4 x 4.",
)
class four_halvings(_DCGAN):
    def maps(self, width):
        return width, 2 * width, 4 * width, 8 * width

    def end(self, inputs):
        return [nn.Conv2d(inputs, 1, 2)]


@mistake(
    "test_three_strided_layers_do_all_the_shrinking",
    says="There is a dense hidden layer before the logit. One dense layer may make the logit, and no more.",
)
class dense_hidden_layer(_DCGAN):
    def end(self, inputs):
        return [nn.Flatten(), nn.Linear(16 * inputs, 20), nn.LeakyReLU(0.2), nn.Linear(20, 1)]


@mistake(
    "test_batch_norm_follows_every_hidden_layer_but_the_first",
    says="There is no batch norm. Every hidden layer but the first is followed by one.",
)
class no_norm(_DCGAN):
    def norm(self, outputs):
        return nn.Identity()


@mistake(
    "test_batch_norm_follows_every_hidden_layer_but_the_first",
    says="The first hidden layer has batch norm too. DCGAN leaves it away where the images come in.",
)
class norm_at_the_start(_DCGAN):
    def follow(self, outputs, is_first):
        return super().follow(outputs, is_first=False)


@mistake(
    "test_batch_norm_follows_every_hidden_layer_but_the_first",
    says="The last hidden layer has no batch norm. Of the hidden layers, only the first is without.",
)
class no_norm_before_the_last_layer(_DCGAN):
    def __init__(self, channels, width):
        super().__init__(channels, width)
        self.layers[-3] = nn.Identity()


@mistake(
    "test_batch_norm_follows_every_hidden_layer_but_the_first",
    says="You normalise each image by itself (instance, layer or group norm). DCGAN's batch norm goes over the batch.",
)
class each_image_by_itself(_DCGAN):
    def norm(self, outputs):
        return nn.InstanceNorm2d(outputs, affine=True)


@mistake(
    "test_batch_norm_follows_every_hidden_layer_but_the_first",
    says="Batch norm comes after the activation. In DCGAN it stands between the layer and its activation.",
)
class norm_after_the_activation(_DCGAN):
    def follow(self, outputs, is_first):
        return [self.activate()] if is_first else [self.activate(), self.norm(outputs)]


@mistake(
    "test_leaky_relu_follows_every_hidden_layer",
    says="Your LeakyReLU has PyTorch's own slope, 0.01. DCGAN's is 0.2.",
)
class slope_of_pytorch(_DCGAN):
    def activate(self):
        return nn.LeakyReLU()


@mistake(
    "test_leaky_relu_follows_every_hidden_layer",
    says="You use ReLU, which belongs to the generator. The discriminator has LeakyReLU with slope 0.2.",
)
class relu(_DCGAN):
    def activate(self):
        return nn.ReLU()


@mistake(
    "test_leaky_relu_follows_every_hidden_layer",
    says="The slope is 0.02, which is the spread of the weights. LeakyReLU's is 0.2.",
)
class slope_too_small(_DCGAN):
    def activate(self):
        return nn.LeakyReLU(0.02)


@mistake(
    "test_leaky_relu_follows_every_hidden_layer",
    says="The hidden layers have no activation, so that the network is linear. They end in LeakyReLU with slope 0.2.",
)
class no_activation(_DCGAN):
    def activate(self):
        return nn.Identity()


@mistake(
    "test_leaky_relu_follows_every_hidden_layer",
    says="The first hidden layer has no activation. It goes without batch norm, not without LeakyReLU.",
)
class no_activation_at_the_start(_DCGAN):
    def follow(self, outputs, is_first):
        return [] if is_first else super().follow(outputs, is_first)


@mistake(
    "test_width_sets_the_channels_and_all_layers_learn",
    says="`width` is the number of channels of your last map. It is that of the first; the maps after it have more.",
)
class width_of_the_last_map(_DCGAN):
    def maps(self, width):
        return max(1, width // 4), max(1, width // 2), width


@mistake(
    "test_width_sets_the_channels_and_all_layers_learn",
    says="All hidden maps have `width` channels. Only the first has; those after it have more, twice as many each.",
)
class all_maps_alike(_DCGAN):
    def maps(self, width):
        return width, width, width


@mistake(
    "test_width_sets_the_channels_and_all_layers_learn",
    says="The maps get fewer channels on the way to the logit. The first one has `width`, those after it more.",
)
class fewer_channels_further_in(_DCGAN):
    def maps(self, width):
        return 4 * width, 2 * width, width


@mistake(
    "test_width_sets_the_channels_and_all_layers_learn",
    says="`width` has no effect: the number of channels is fixed at 64.",
)
class width_ignored(_DCGAN):
    def maps(self, width):
        return 64, 128, 256


@mistake(
    "test_width_sets_the_channels_and_all_layers_learn",
    says="The layers stand in a plain list, of which nn.Module knows nothing. Use nn.Sequential or nn.ModuleList.",
)
class layers_in_a_plain_list(_DCGAN):
    def hold(self, layers):
        return layers

    def forward(self, images):
        for layer in self.layers:
            images = layer(images)
        return images.flatten()


@mistake(
    "test_width_sets_the_channels_and_all_layers_learn",
    says="The images are cut off from the graph (detach, .data or no_grad): the generator could not learn from D.",
)
class images_detached(_DCGAN):
    def forward(self, images):
        return super().forward(images.detach())


@mistake(
    "test_width_sets_the_channels_and_all_layers_learn",
    says="The logits are cut off from the graph (detach, .data, .item or no_grad): neither D nor G could learn.",
)
class logits_detached(_DCGAN):
    def forward(self, images):
        return super().forward(images).detach()


@mistake(
    "test_width_sets_the_channels_and_all_layers_learn",
    says="A kernel of 1 with a stride of 2 never sees three pixels of four. Take one that overlaps, such as 4.",
)
class kernels_of_1(_DCGAN):
    def shrink(self, inputs, outputs):
        return [nn.Conv2d(inputs, outputs, 1, stride=2)]


@mistake(
    "test_width_sets_the_channels_and_all_layers_learn",
    says="forward turns everything to float32. Keep the dtype of the images and of the network.",
)
class always_float32(_DCGAN):
    def forward(self, images):
        return super().forward(images).float()


@mistake(
    "test_batch_norm_follows_every_hidden_layer_but_the_first",
    says="One of the batch norms is missing: of the hidden layers, only the first is without.",
)
class second_norm_missing(_DCGAN):
    def __init__(self, channels, width):
        super().__init__(channels, width)
        norms = [number for number, layer in enumerate(self.layers) if isinstance(layer, nn.BatchNorm2d)]
        self.layers[norms[0]] = nn.Identity()


@mistake(
    "test_leaky_relu_follows_every_hidden_layer",
    says="The last hidden layer has no activation. Every hidden layer ends in LeakyReLU with slope 0.2.",
)
class last_activation_missing(_DCGAN):
    def __init__(self, channels, width):
        super().__init__(channels, width)
        leaky = [number for number, layer in enumerate(self.layers) if isinstance(layer, nn.LeakyReLU)]
        self.layers[leaky[-1]] = nn.Identity()


@mistake(
    "test_leaky_relu_follows_every_hidden_layer",
    says="The slope of your LeakyReLU is 0.15. DCGAN's is 0.2.",
)
class slope_of_15_hundredths(_DCGAN):
    def __init__(self, channels, width):
        super().__init__(channels, width)
        for layer in self.layers:
            if isinstance(layer, nn.LeakyReLU):
                layer.negative_slope = 0.15


@mistake(
    "test_images_and_network_may_lie_on_a_gpu",
    says="forward makes a tensor on the processor, or brings one there, whatever device comes in. Take that of the "
    "images.",
)
class tensor_on_the_processor(_DCGAN):
    def forward(self, images):
        return super().forward(images * torch.ones(images.shape[1:], dtype=images.dtype))


@mistake(
    "test_each_image_gets_one_logit",
    says="You write into the images (an in-place operation). They belong to the caller.",
)
class images_changed(_DCGAN):
    def forward(self, images):
        logits = super().forward(images.clone())
        with torch.no_grad():
            images.mul_(0.5).add_(0.5)
        return logits


@mistake(
    "test_each_image_gets_one_logit",
    says="Dropout goes on in evaluation mode (F.dropout without training=self.training), so that no logit can be "
    "had twice.",
)
class dropout_in_evaluation(_DCGAN):
    def forward(self, images):
        hidden = self.layers[:2](images)
        return self.layers[2:](nn.functional.dropout(hidden, 0.2)).flatten()

"""Known mistakes in DCGANGenerator; each is a right network with one thing wrong."""

import torch
from torch import nn

from autograder.suites import mistake


class _DCGAN(nn.Module):
    """A right generator, whose parts can be replaced one by one."""

    def __init__(self, z_dim, channels, width):
        super().__init__()
        maps = self.maps(width)
        layers = [*self.start(z_dim, maps[0]), *self.follow(maps[0])]
        for inputs, outputs in zip(maps, maps[1:]):
            layers += [*self.grow(inputs, outputs), *self.follow(outputs)]
        self.layers = self.hold([*layers, *self.grow(maps[-1], channels), *self.end(channels)])

    def maps(self, width):
        return 4 * width, 2 * width, width

    def start(self, z_dim, outputs):
        return [nn.ConvTranspose2d(z_dim, outputs, 4, bias=False)]

    def follow(self, outputs):
        return [self.norm(outputs), self.activate()]

    def norm(self, outputs):
        return nn.BatchNorm2d(outputs)

    def activate(self):
        return nn.ReLU()

    def grow(self, inputs, outputs):
        return [nn.ConvTranspose2d(inputs, outputs, 4, stride=2, padding=1)]

    def end(self, channels):
        return [nn.Tanh()]

    def hold(self, layers):
        return nn.Sequential(*layers)

    def forward(self, z):
        return self.layers(z[:, :, None, None])


@mistake(
    "test_each_noise_vector_becomes_an_image_of_32_by_32",
    says="The images have 64 x 64 pixels, as in the paper. Here they have 32 x 32: three doublings of 4 x 4.",
)
class for_64_pixels(_DCGAN):
    def maps(self, width):
        return 8 * width, 4 * width, 2 * width, width


@mistake(
    "test_each_noise_vector_becomes_an_image_of_32_by_32",
    says="The images have 28 x 28 pixels, from a first map of 7 x 7. The contract is 32 x 32, from 4 x 4.",
)
class for_28_pixels(_DCGAN):
    def maps(self, width):
        return 2 * width, width

    def start(self, z_dim, outputs):
        return [nn.ConvTranspose2d(z_dim, outputs, 7, bias=False)]


@mistake(
    "test_each_noise_vector_becomes_an_image_of_32_by_32",
    says="The images have one channel, whatever `channels` says.",
)
class always_one_channel(_DCGAN):
    def __init__(self, z_dim, channels, width):
        super().__init__(z_dim, 1, width)


@mistake(
    "test_each_noise_vector_becomes_an_image_of_32_by_32",
    says="The images come flat, (B, C * 32 * 32). Give them their four dimensions back.",
)
class flat_images(_DCGAN):
    def forward(self, z):
        return super().forward(z).flatten(1)


@mistake(
    "test_each_noise_vector_becomes_an_image_of_32_by_32",
    says="Batch norm uses the batch's own statistics in evaluation mode too. Let it keep running ones.",
)
class no_running_statistics(_DCGAN):
    def norm(self, outputs):
        return nn.BatchNorm2d(outputs, track_running_stats=False)


@mistake(
    "test_each_noise_vector_becomes_an_image_of_32_by_32",
    says="Your reshape gives each image numbers of other noise vectors. The batch comes first: z[:, :, None, None].",
)
class noise_mixed(_DCGAN):
    def forward(self, z):
        return self.layers(z.reshape(z.shape[1], z.shape[0]).T[:, :, None, None])


@mistake(
    "test_each_noise_vector_becomes_an_image_of_32_by_32",
    says="forward draws noise of its own, beside the z that it is given. Use z, all of it and nothing else.",
)
class noise_of_its_own(_DCGAN):
    def forward(self, z):
        return super().forward(z + 0.1 * torch.randn_like(z))


@mistake(
    "test_width_sets_the_channels_and_all_layers_learn",
    says="The noise is cut off from the graph (detach, .data or no_grad). Between z and the image nothing needs that.",
)
class noise_detached(_DCGAN):
    def forward(self, z):
        return super().forward(z.detach())


@mistake(
    "test_three_strided_layers_do_all_the_growing",
    says="You interpolate and then convolve. In DCGAN strided transposed convolutions make maps larger.",
)
class interpolated(_DCGAN):
    def grow(self, inputs, outputs):
        return [nn.Upsample(scale_factor=2), nn.Conv2d(inputs, outputs, 3, padding=1)]


@mistake(
    "test_three_strided_layers_do_all_the_growing",
    says="You make pixels from channels (PixelShuffle). In DCGAN strided transposed convolutions make maps larger.",
)
class pixels_from_channels(_DCGAN):
    def grow(self, inputs, outputs):
        return [nn.Conv2d(inputs, 4 * outputs, 3, padding=1), nn.PixelShuffle(2)]


@mistake(
    "test_three_strided_layers_do_all_the_growing",
    says="The first map has 8 x 8 pixels, so that two doublings are left. It has 4 x 4, and is doubled three times.",
)
class from_8_by_8(_DCGAN):
    def maps(self, width):
        return 2 * width, width

    def start(self, z_dim, outputs):
        return [nn.ConvTranspose2d(z_dim, outputs, 8, bias=False)]


@mistake(
    "test_three_strided_layers_do_all_the_growing",
    says="The first map has 2 x 2 pixels and is doubled four times. It has 4 x 4, and is doubled three times.",
)
class from_2_by_2(_DCGAN):
    def maps(self, width):
        return 8 * width, 4 * width, 2 * width, width

    def start(self, z_dim, outputs):
        return [nn.ConvTranspose2d(z_dim, outputs, 2, bias=False)]


@mistake(
    "test_three_strided_layers_do_all_the_growing",
    says="There is a dense hidden layer between the noise and the first map. One dense layer may make that map.",
)
class dense_hidden_layer(_DCGAN):
    def start(self, z_dim, outputs):
        return [nn.Flatten(), nn.Linear(z_dim, 16), nn.ReLU(), nn.Linear(16, 16 * outputs), nn.Unflatten(1, (-1, 4, 4))]


@mistake(
    "test_three_strided_layers_do_all_the_growing",
    says="All layers are dense. DCGAN is convolutional: strided transposed convolutions lead from 4 x 4 to 32 x 32.",
)
class all_dense(nn.Module):
    def __init__(self, z_dim, channels, width):
        super().__init__()
        layers, inputs = [], z_dim
        for outputs in (4 * width, 2 * width, width):
            layers += [nn.Linear(inputs, outputs), nn.BatchNorm1d(outputs), nn.ReLU()]
            inputs = outputs
        layers += [nn.Linear(inputs, channels * 32 * 32), nn.Tanh(), nn.Unflatten(1, (channels, 32, 32))]
        self.layers = nn.Sequential(*layers)

    def forward(self, z):
        return self.layers(z)


@mistake(
    "test_batch_norm_follows_every_hidden_layer",
    says="There is no batch norm. Every hidden layer is followed by one.",
)
class no_norm(_DCGAN):
    def norm(self, outputs):
        return nn.Identity()


@mistake(
    "test_batch_norm_follows_every_hidden_layer",
    says="The first hidden layer, which makes the 4 x 4 map, has no batch norm. That is a rule of the discriminator.",
)
class no_norm_at_the_start(_DCGAN):
    def __init__(self, z_dim, channels, width):
        super().__init__(z_dim, channels, width)
        self.layers[1] = nn.Identity()


@mistake(
    "test_batch_norm_follows_every_hidden_layer",
    says="The last hidden layer has no batch norm. Only the layer that makes the image is without.",
)
class no_norm_before_the_last_layer(_DCGAN):
    def __init__(self, z_dim, channels, width):
        super().__init__(z_dim, channels, width)
        self.layers[-4] = nn.Identity()


@mistake(
    "test_batch_norm_follows_every_hidden_layer",
    says="You normalise each image by itself (instance, layer or group norm). DCGAN's batch norm goes over the batch.",
)
class each_image_by_itself(_DCGAN):
    def norm(self, outputs):
        return nn.GroupNorm(1, outputs)


@mistake(
    "test_batch_norm_follows_every_hidden_layer",
    says="Batch norm comes after ReLU. In DCGAN it stands between the layer and its activation.",
)
class norm_after_the_activation(_DCGAN):
    def follow(self, outputs):
        return [nn.ReLU(), nn.BatchNorm2d(outputs)]


@mistake(
    "test_relu_follows_every_batch_norm",
    says="The hidden layers have no activation, so that the network is linear up to its tanh. They end in ReLU.",
)
class no_activation(_DCGAN):
    def activate(self):
        return nn.Identity()


@mistake(
    "test_relu_follows_every_batch_norm",
    says="You use LeakyReLU with slope 0.2, which belongs to the discriminator. The generator has ReLU.",
)
class leaky(_DCGAN):
    def activate(self):
        return nn.LeakyReLU(0.2)


@mistake(
    "test_relu_follows_every_batch_norm",
    says="You use LeakyReLU, which belongs to the discriminator. The generator has ReLU.",
)
class slightly_leaky(_DCGAN):
    def activate(self):
        return nn.LeakyReLU()


@mistake(
    "test_relu_follows_every_batch_norm",
    says="You use GELU. DCGAN's generator has ReLU in its hidden layers.",
)
class smooth_activation(_DCGAN):
    def activate(self):
        return nn.GELU()


@mistake(
    "test_the_last_layer_ends_in_tanh",
    says="There is no tanh at the end, so that pixels may have any value. Images are in [-1, 1].",
)
class no_tanh(_DCGAN):
    def end(self, channels):
        return []


@mistake(
    "test_the_last_layer_ends_in_tanh",
    says="The images end in a sigmoid, in [0, 1]. The data are in [-1, 1], which is tanh's range.",
)
class sigmoid_for_tanh(_DCGAN):
    def end(self, channels):
        return [nn.Sigmoid()]


@mistake(
    "test_the_last_layer_ends_in_tanh",
    says="You bring the tanh to [0, 1]. The data are in [-1, 1], and so are the images.",
)
class tanh_in_unit_range(_DCGAN):
    def forward(self, z):
        return (super().forward(z) + 1) / 2


@mistake(
    "test_the_last_layer_ends_in_tanh",
    says="You clip the images to [-1, 1]. Where it clips there is no gradient: DCGAN ends in tanh.",
)
class clipped(_DCGAN):
    def end(self, channels):
        return [nn.Hardtanh()]


@mistake(
    "test_the_last_layer_ends_in_tanh",
    says="The last layer is followed by batch norm, which fixes the images' mean and contrast. It ends in tanh alone.",
)
class norm_before_tanh(_DCGAN):
    def end(self, channels):
        return [nn.BatchNorm2d(channels), nn.Tanh()]


@mistake(
    "test_the_last_layer_ends_in_tanh",
    says="There is a ReLU before the tanh, so that no pixel can be dark (below 0). The last layer has tanh alone.",
)
class relu_before_tanh(_DCGAN):
    def end(self, channels):
        return [nn.ReLU(), nn.Tanh()]


@mistake(
    "test_width_sets_the_channels_and_all_layers_learn",
    says="`width` is the number of channels of your first map. It is that of the last hidden map; others have more.",
)
class width_of_the_first_map(_DCGAN):
    def maps(self, width):
        return width, max(1, width // 2), max(1, width // 4)


@mistake(
    "test_width_sets_the_channels_and_all_layers_learn",
    says="All hidden maps have `width` channels. Only the last has; those before have more, twice as many each.",
)
class all_maps_alike(_DCGAN):
    def maps(self, width):
        return width, width, width


@mistake(
    "test_width_sets_the_channels_and_all_layers_learn",
    says="The maps get more channels on the way to the image. The first one has most, and the last hidden one `width`.",
)
class more_channels_towards_the_image(_DCGAN):
    def maps(self, width):
        return width, 2 * width, 4 * width


@mistake(
    "test_width_sets_the_channels_and_all_layers_learn",
    says="`width` has no effect: the number of channels is fixed at 64.",
)
class width_ignored(_DCGAN):
    def maps(self, width):
        return 256, 128, 64


@mistake(
    "test_width_sets_the_channels_and_all_layers_learn",
    says="The last hidden map has 2 `width` channels. It has `width`, and the maps before it 2 and 4 times as many.",
)
class twice_the_width(_DCGAN):
    def maps(self, width):
        return 8 * width, 4 * width, 2 * width


@mistake(
    "test_width_sets_the_channels_and_all_layers_learn",
    says="The layers stand in a plain list, of which nn.Module knows nothing. Use nn.Sequential or nn.ModuleList.",
)
class layers_in_a_plain_list(_DCGAN):
    def hold(self, layers):
        return layers

    def forward(self, z):
        x = z[:, :, None, None]
        for layer in self.layers:
            x = layer(x)
        return x


@mistake(
    "test_width_sets_the_channels_and_all_layers_learn",
    says="Layers are made anew in forward, with new weights each time. Make them in __init__.",
)
class layers_made_in_forward(_DCGAN):
    def __init__(self, z_dim, channels, width):
        nn.Module.__init__(self)
        self.sizes = z_dim, channels, width

    def forward(self, z):
        return _DCGAN(*self.sizes)(z)


@mistake(
    "test_width_sets_the_channels_and_all_layers_learn",
    says="forward turns everything to float32. Keep the dtype of the noise and of the network.",
)
class always_float32(_DCGAN):
    def forward(self, z):
        return super().forward(z).float()


@mistake(
    "test_width_sets_the_channels_and_all_layers_learn",
    says="The first layer's output is cut off from the graph, so the first layer never learns.",
)
class start_detached(_DCGAN):
    def forward(self, z):
        return self.layers[1:](self.layers[0](z[:, :, None, None]).detach())


@mistake(
    "test_batch_norm_follows_every_hidden_layer",
    says="The dense layer that makes the first map is followed by neither batch norm nor ReLU. It is a hidden layer "
    "like the others.",
)
class bare_dense_start(_DCGAN):
    def __init__(self, z_dim, channels, width):
        super().__init__(z_dim, channels, width)
        maps = self.maps(width)
        first = [nn.Flatten(), nn.Linear(z_dim, maps[0] * 16), nn.Unflatten(1, (maps[0], 4, 4))]
        self.layers = nn.Sequential(*first, *list(self.layers)[3:])


@mistake(
    "test_batch_norm_follows_every_hidden_layer",
    says="The dense layer that makes the first map is followed by ReLU, but by no batch norm.",
)
class dense_start_without_norm(_DCGAN):
    def __init__(self, z_dim, channels, width):
        super().__init__(z_dim, channels, width)
        maps = self.maps(width)
        first = [nn.Flatten(), nn.Linear(z_dim, maps[0] * 16), nn.ReLU(), nn.Unflatten(1, (maps[0], 4, 4))]
        self.layers = nn.Sequential(*first, *list(self.layers)[3:])


@mistake(
    "test_batch_norm_follows_every_hidden_layer",
    says="One of the batch norms in the middle is missing. Every hidden layer is followed by one.",
)
class middle_norm_missing(_DCGAN):
    def __init__(self, z_dim, channels, width):
        super().__init__(z_dim, channels, width)
        self.layers[4] = nn.Identity()


@mistake(
    "test_noise_and_network_may_lie_on_a_gpu",
    says="forward makes a tensor on the processor, or brings one there, whatever device comes in. Take that of z.",
)
class tensor_on_the_processor(_DCGAN):
    def forward(self, z):
        return super().forward(z * torch.ones(z.shape[1], dtype=z.dtype))


@mistake(
    "test_each_noise_vector_becomes_an_image_of_32_by_32",
    says="A squeeze takes away the channel of grey images, or the batch of a single one. The shape is (B, channels, "
    "32, 32).",
)
class squeezed(_DCGAN):
    def forward(self, z):
        return super().forward(z).squeeze()


@mistake(
    "test_each_noise_vector_becomes_an_image_of_32_by_32",
    says="You normalise the noise, or write into it. z is used as it comes, and belongs to the caller.",
)
class noise_changed(_DCGAN):
    def forward(self, z):
        with torch.no_grad():
            z /= z.norm(dim=1, keepdim=True)
        return super().forward(z)


@mistake(
    "test_each_noise_vector_becomes_an_image_of_32_by_32",
    says="Dropout goes on in evaluation mode (F.dropout without training=self.training), so that no image can be "
    "had twice.",
)
class dropout_in_evaluation(_DCGAN):
    def forward(self, z):
        hidden = self.layers[:3](z[:, :, None, None])
        return self.layers[3:](nn.functional.dropout(hidden, 0.2))


@mistake(
    "test_width_sets_the_channels_and_all_layers_learn",
    says="Odd numbers of channels are rounded. `width` may be any number: the last hidden map has as many channels.",
)
class width_rounded(_DCGAN):
    def __init__(self, z_dim, channels, width):
        super().__init__(z_dim, channels, width // 2 * 2)

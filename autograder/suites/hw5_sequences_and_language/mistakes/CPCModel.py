"""Known mistakes in CPCModel; each is a right model with one thing wrong."""

import torch
import torch.nn.functional as F
from torch import nn

from autograder.suites import mistake


class _CPC(nn.Module):
    """A right model, whose parts can be replaced one by one."""

    kernels, strides, paddings = (8, 8, 4), (4, 4, 2), (2, 2, 1)

    def __init__(self, channels, dim, context_dim):
        super().__init__()
        layers, inputs = [], channels
        for number, shape in enumerate(zip(self.kernels, self.strides, self.paddings, strict=True)):
            kernel, stride, padding = shape
            layers += [nn.Conv1d(inputs, dim, kernel, stride, padding), *self.follow(number, dim)]
            inputs = dim
        self.layers = nn.Sequential(*layers)
        self.gru = self.make_summary(dim, context_dim)

    def follow(self, number, dim):
        return [self.activate()]

    def activate(self):
        return nn.ReLU()

    def make_summary(self, dim, context_dim):
        return nn.GRU(dim, context_dim, batch_first=True)

    def encode(self, x):
        return self.layers(x).transpose(1, 2)

    def context(self, z):
        return self.gru(z)[0]


@mistake(
    "test_features_and_contexts_have_the_right_shapes",
    says="The features come as (B, D, L), as convolutions leave them. The shape is (B, L, D): transpose them.",
)
class transposed(_CPC):
    def encode(self, x):
        return self.layers(x)


@mistake(
    "test_each_feature_hears_its_own_neighbourhood",
    says="A reshape makes (B, L, D) of (B, D, L) and mixes steps with features. Exchange dimensions: transpose(1, 2).",
)
class reshaped(_CPC):
    def encode(self, x):
        z = self.layers(x)
        return z.reshape(z.shape[0], z.shape[2], z.shape[1])


@mistake(
    "test_features_and_contexts_have_the_right_shapes",
    says="Your strides make one feature vector every 64 samples: 4, 4 and 4. With 4, 4 and 2 it is every 32.",
)
class strides_of_4(_CPC):
    strides, kernels, paddings = (4, 4, 4), (8, 8, 8), (2, 2, 2)


@mistake(
    "test_features_and_contexts_have_the_right_shapes",
    says="Your strides make one feature vector every 8 samples: 2, 2 and 2. With 4, 4 and 2 it is every 32.",
)
class strides_of_2(_CPC):
    strides, kernels, paddings = (2, 2, 2), (4, 4, 4), (1, 1, 1)


@mistake(
    "test_features_and_contexts_have_the_right_shapes",
    says="Without padding the last windows are lost. Kernels as long as their strides need none, longer ones do.",
)
class no_padding(_CPC):
    paddings = (0, 0, 0)


@mistake(
    "test_features_and_contexts_have_the_right_shapes",
    says="Padding of half a kernel on both sides makes one feature too many. Pad by (kernel - stride) / 2.",
)
class too_much_padding(_CPC):
    paddings = (4, 4, 2)


@mistake(
    "test_features_and_contexts_have_the_right_shapes",
    says="You return the last context alone, (B, E). The contexts of all steps are asked for, the GRU's first output.",
)
class last_context_only(_CPC):
    def context(self, z):
        return self.gru(z)[1][0]


@mistake(
    "test_each_feature_hears_its_own_neighbourhood",
    says="Batch norm compares each sample with the whole batch and all steps. The encoder has ReLUs alone.",
)
class batch_norm(_CPC):
    def follow(self, number, dim):
        return [nn.BatchNorm1d(dim), self.activate()]


@mistake(
    "test_each_feature_hears_its_own_neighbourhood",
    says="You normalise the whole signal first, so that each feature knows all samples, the future ones too.",
)
class signal_normalised(_CPC):
    def encode(self, x):
        return super().encode((x - x.mean(dim=2, keepdim=True)) / (x.std(dim=2, keepdim=True) + 1e-5))


@mistake(
    "test_each_feature_hears_its_own_neighbourhood",
    says="The mean over all steps is taken off the features, so that each of them knows all others.",
)
class mean_taken_off(_CPC):
    def encode(self, x):
        z = super().encode(x)
        return (z - z.mean(dim=1, keepdim=True)).relu()


@mistake(
    "test_each_feature_hears_its_own_neighbourhood",
    says="Your kernels are shorter than their strides: samples between two places of a kernel are never heard.",
)
class kernels_shorter_than_strides(_CPC):
    kernels, paddings = (3, 3, 3), (1, 1, 1)


@mistake(
    "test_each_feature_hears_its_own_neighbourhood",
    says="Your kernels reach over several hundred samples. A feature depends on samples near its own 32.",
)
class kernels_too_long(_CPC):
    kernels, paddings = (40, 40, 20), (18, 18, 9)


@mistake(
    "test_each_feature_hears_its_own_neighbourhood",
    says="The features come from right to left. They come in the order of the signal.",
)
class features_from_right_to_left(_CPC):
    def encode(self, x):
        return super().encode(x).flip(1)


@mistake(
    "test_each_feature_hears_its_own_neighbourhood",
    says="encode returns contexts: it runs the summary too. Features come from the convolutions alone.",
)
class encode_runs_both(_CPC):
    def make_summary(self, dim, context_dim):
        self.memory = nn.GRU(dim, dim, batch_first=True)
        return super().make_summary(dim, context_dim)

    def encode(self, x):
        return self.memory(super().encode(x))[0]


@mistake(
    "test_the_same_network_looks_at_every_window",
    says="You add an embedding of the step to the features. The same window has the same features at every step.",
)
class step_embedding(_CPC):
    def __init__(self, channels, dim, context_dim):
        super().__init__(channels, dim, context_dim)
        self.place = nn.Parameter(torch.rand(64, dim))

    def encode(self, x):
        z = super().encode(x)
        return z + self.place[: z.shape[1]]


@mistake(
    "test_a_relu_follows_each_convolution",
    says="No ReLU follows the last convolution: there are features below 0.",
)
class no_relu_at_the_end(_CPC):
    def follow(self, number, dim):
        return [self.activate()] if number < 2 else []


@mistake(
    "test_a_relu_follows_each_convolution",
    says="Only the last convolution is followed by a ReLU: three linear layers in a row are one linear layer.",
)
class relu_at_the_end_alone(_CPC):
    def follow(self, number, dim):
        return [self.activate()] if number == 2 else []


@mistake(
    "test_a_relu_follows_each_convolution",
    says="There is no ReLU at all: the encoder is linear.",
)
class no_relu(_CPC):
    def follow(self, number, dim):
        return []


@mistake(
    "test_a_relu_follows_each_convolution",
    says="Your activation lets some of what is below 0 through, as leaky ReLU and GELU do. A ReLU lets nothing.",
)
class leaky_relu(_CPC):
    def activate(self):
        return nn.LeakyReLU(0.2)


@mistake(
    "test_a_relu_follows_each_convolution",
    says="tanh stands after the convolutions. The contract asks for a ReLU, which does not saturate.",
)
class tanh(_CPC):
    def activate(self):
        return nn.Tanh()


@mistake(
    "test_a_relu_follows_each_convolution",
    says="A sigmoid stands after the convolutions. The contract asks for a ReLU, which does not saturate.",
)
class sigmoid(_CPC):
    def activate(self):
        return nn.Sigmoid()


@mistake(
    "test_a_relu_follows_each_convolution",
    says="You scale each feature vector to norm 1. CPC takes features as the last ReLU leaves them.",
)
class features_normalised(_CPC):
    def encode(self, x):
        return F.normalize(super().encode(x), dim=2)


@mistake(
    "test_a_relu_follows_each_convolution",
    says="There is one convolution with stride 32. There are three, with strides 4, 4 and 2 and a ReLU after each.",
)
class one_convolution(_CPC):
    kernels, strides, paddings = (32,), (32,), (0,)


@mistake(
    "test_a_relu_follows_each_convolution",
    says="There are two convolutions. There are three, with strides 4, 4 and 2 and a ReLU after each.",
)
class two_convolutions(_CPC):
    kernels, strides, paddings = (16, 8), (8, 4), (4, 2)


@mistake(
    "test_the_context_does_not_know_the_future",
    says="Your GRU walks in both directions. A context that has seen the future need not predict it.",
)
class both_directions(_CPC):
    def make_summary(self, dim, context_dim):
        return nn.GRU(dim, context_dim // 2, batch_first=True, bidirectional=True)


@mistake(
    "test_the_context_does_not_know_the_future",
    says="Your GRU walks from right to left: c[:, t] sums up the steps from t on. It sums up those until t.",
)
class from_right_to_left(_CPC):
    def context(self, z):
        return super().context(z.flip(1)).flip(1)


@mistake(
    "test_the_context_does_not_know_the_future",
    says="You turn the sequence round before the GRU, and not back: c[:, 0] has seen the last step.",
)
class turned_round(_CPC):
    def context(self, z):
        return super().context(z.flip(1))


@mistake(
    "test_the_context_does_not_know_the_future",
    says="The GRU's last state is given to all steps, so that each of them knows all others. Return its first output.",
)
class last_state_at_all_steps(_CPC):
    def context(self, z):
        return self.gru(z)[1][0][:, None].expand(-1, z.shape[1], -1)


@mistake(
    "test_the_context_does_not_know_the_future",
    says="Your contexts come one step late: c[:, t] has not seen z[:, t] yet. It has seen the steps 0 ... t.",
)
class one_step_late(_CPC):
    def context(self, z):
        return F.pad(super().context(z), (0, 0, 1, 0))[:, :-1]


@mistake(
    "test_the_context_remembers_all_steps",
    says="nn.GRU takes (L, B, D) unless you say batch_first=True: yours walks over the batch, and not over the steps.",
)
class walks_over_the_batch(_CPC):
    def make_summary(self, dim, context_dim):
        return nn.GRU(dim, context_dim)


@mistake(
    "test_the_context_remembers_all_steps",
    says="Every step is a sequence of its own to your GRU: it starts anew each time and remembers nothing.",
)
class each_step_by_itself(_CPC):
    def context(self, z):
        return self.gru(z.flatten(0, 1)[:, None])[0].view(*z.shape[:2], -1)


@mistake(
    "test_the_context_remembers_all_steps",
    says="Your context network is a convolution over the last three steps. A GRU remembers from the first step on.",
)
class last_three_steps(_CPC):
    def make_summary(self, dim, context_dim):
        return nn.Conv1d(dim, context_dim, 3)

    def context(self, z):
        return self.gru(F.pad(z.transpose(1, 2), (2, 0))).transpose(1, 2)


@mistake(
    "test_each_sequence_is_on_its_own",
    says="Your GRU starts from where the last call ended. Each sequence starts from a state of zeros.",
)
class state_kept_between_calls(_CPC):
    state = None

    def context(self, z):
        if self.state is not None and self.state.shape[1] != len(z):
            self.state = None
        contexts, self.state = self.gru(z, None if self.state is None else self.state.detach())
        return contexts


@mistake(
    "test_both_networks_are_trained",
    says="A plain recurrent network has no gates. The contract asks for a GRU.",
)
class plain_recurrent_network(_CPC):
    def make_summary(self, dim, context_dim):
        return nn.RNN(dim, context_dim, batch_first=True)


@mistake(
    "test_both_networks_are_trained",
    says="An LSTM has one gate more, and a cell. The contract asks for a GRU.",
)
class lstm(_CPC):
    def make_summary(self, dim, context_dim):
        return nn.LSTM(dim, context_dim, batch_first=True)


@mistake(
    "test_both_networks_are_trained",
    says="The context is a linear layer of the mean of all steps so far. The contract asks for a GRU.",
)
class mean_so_far(_CPC):
    def make_summary(self, dim, context_dim):
        return nn.Linear(dim, context_dim)

    def context(self, z):
        counts = torch.arange(1, 1 + z.shape[1], dtype=z.dtype)[:, None]
        return self.gru(z.cumsum(dim=1) / counts)


@mistake(
    "test_both_networks_are_trained",
    says="z is cut off from the graph inside context, so that contexts do not train the encoder.",
)
class context_detaches_z(_CPC):
    def context(self, z):
        return super().context(z.detach())


@mistake(
    "test_both_networks_are_trained",
    says="encode runs under torch.no_grad: the encoder cannot learn.",
)
class encode_without_gradient(_CPC):
    @torch.no_grad()
    def encode(self, x):
        return super().encode(x)


@mistake(
    "test_both_networks_are_trained",
    says="All weights begin with the same number, so that all units learn the same. Leave them as PyTorch draws them.",
)
class equal_weights(_CPC):
    def __init__(self, channels, dim, context_dim):
        super().__init__(channels, dim, context_dim)
        for parameter in self.parameters():
            nn.init.constant_(parameter, 0.1)


@mistake(
    "test_both_networks_are_trained",
    says="You set the random seed inside of the class, so that all models begin alike. Seeds are set outside.",
)
class seed_inside(_CPC):
    def __init__(self, channels, dim, context_dim):
        torch.manual_seed(0)
        super().__init__(channels, dim, context_dim)


@mistake(
    "test_both_networks_are_trained",
    says="There is a layer that nothing passes through: no gradient reaches it. Take it away, or use it.",
)
class a_layer_too_many(_CPC):
    def make_summary(self, dim, context_dim):
        self.projection = nn.Linear(context_dim, dim)
        return super().make_summary(dim, context_dim)


@mistake(
    "test_each_sequence_is_on_its_own",
    says="Dropout stands after the ReLUs. The encoder has none: the same signal has the same features.",
)
class dropout(_CPC):
    def follow(self, number, dim):
        return [self.activate(), nn.Dropout(0.3)]

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
    says="The mean over all steps is taken off the features, or a norm compares all steps: each of them knows "
    "all others.",
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
    "test_each_feature_hears_its_own_neighbourhood",
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
    says="No ReLU follows the last convolution, or something else does that lets numbers below 0 through.",
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
    says="Your GRU starts from where the last call ended, or from what is drawn. Each sequence starts alike, "
    "as with zeros.",
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
        counts = torch.arange(1, 1 + z.shape[1], dtype=z.dtype, device=z.device)[:, None]
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


@mistake(
    "test_the_context_remembers_all_steps",
    says="Your GRU begins anew every few steps, so that a long sequence is forgotten. It walks from the first "
    "to the last.",
)
class begins_anew_every_16_steps(_CPC):
    def context(self, z):
        return torch.cat([self.gru(piece)[0] for piece in z.split(16, dim=1)], dim=1)


@mistake(
    "test_the_context_does_not_know_the_future",
    says="The contexts are normalised over all steps (mean and deviation), so that each of them knows all others.",
)
class contexts_normalised_over_time(_CPC):
    def context(self, z):
        c = super().context(z)
        return (c - c.mean(dim=1, keepdim=True)) / (c.std(dim=1, keepdim=True, unbiased=False) + 1e-5)


@mistake(
    "test_each_feature_hears_its_own_neighbourhood",
    says="Instance norm compares each sample with its whole signal, the future included. The encoder has ReLUs alone.",
)
class instance_norm(_CPC):
    def follow(self, number, dim):
        return [nn.InstanceNorm1d(dim), self.activate()] if number < 2 else [self.activate()]


@mistake(
    "test_each_feature_hears_its_own_neighbourhood",
    says="Circular padding brings the end of the signal to its beginning. Pad with zeros.",
)
class padded_in_a_circle(_CPC):
    def __init__(self, channels, dim, context_dim):
        super().__init__(channels, dim, context_dim)
        for layer in self.layers:
            if isinstance(layer, nn.Conv1d):
                layer.padding_mode = "circular"
                layer._reversed_padding_repeated_twice = [layer.padding[0]] * 2


@mistake(
    "test_a_relu_follows_each_convolution",
    says="No ReLU stands between the second and the third convolution: both are one linear layer.",
)
class no_relu_in_the_middle(_CPC):
    def follow(self, number, dim):
        return [] if number == 1 else [self.activate()]


@mistake(
    "test_a_relu_follows_each_convolution",
    says="No ReLU stands between the first and the second convolution: both are one linear layer.",
)
class no_relu_at_the_beginning(_CPC):
    def follow(self, number, dim):
        return [] if number == 0 else [self.activate()]


@mistake(
    "test_a_relu_follows_each_convolution",
    says="GELU stands after the convolutions. The contract asks for a ReLU, which lets nothing below 0 through.",
)
class gelu(_CPC):
    def activate(self):
        return nn.GELU()


@mistake(
    "test_a_relu_follows_each_convolution",
    says="ELU stands after the convolutions. The contract asks for a ReLU, which lets nothing below 0 through.",
)
class elu(_CPC):
    def activate(self):
        return nn.ELU()


@mistake(
    "test_a_relu_follows_each_convolution",
    says="Your convolutions have no stride, and a maximum over 4, 4 and 2 places shortens the signal. Use the strides.",
)
class pooled(_CPC):
    kernels, strides, paddings = (9, 9, 5), (1, 1, 1), (4, 4, 2)

    def follow(self, number, dim):
        return [self.activate(), nn.MaxPool1d((4, 4, 2)[number])]


@mistake(
    "test_a_relu_follows_each_convolution",
    says="Layer norm over the features stands after the convolutions. Nothing but a ReLU follows them.",
)
class layer_norm(_CPC):
    def __init__(self, channels, dim, context_dim):
        super().__init__(channels, dim, context_dim)
        self.norm = nn.LayerNorm(dim)

    def encode(self, x):
        return self.norm(super().encode(x)).relu()


@mistake(
    "test_features_and_contexts_have_the_right_shapes",
    says="You took the paper's five convolutions, with one feature vector every 160 samples. Here there are "
    "three: 4, 4, 2.",
)
class as_in_the_paper(_CPC):
    kernels, strides, paddings = (10, 8, 4, 4, 4), (5, 4, 2, 2, 2), (3, 2, 1, 1, 1)


@mistake(
    "test_features_and_contexts_have_the_right_shapes",
    says="You return the GRU's two results. The outputs of all steps are the first of them.",
)
class both_results_of_the_gru(_CPC):
    def context(self, z):
        return self.gru(z)


@mistake(
    "test_features_and_contexts_have_the_right_shapes",
    says="Your GRU has D numbers for its state. The context has E of them: nn.GRU(dim, context_dim).",
)
class context_as_wide_as_features(_CPC):
    def make_summary(self, dim, context_dim):
        return nn.GRU(dim, dim, batch_first=True)


@mistake(
    "test_features_and_contexts_have_the_right_shapes",
    says="The first convolution takes one channel, whatever channels says.",
)
class one_channel(_CPC):
    def __init__(self, channels, dim, context_dim):
        super().__init__(1, dim, context_dim)


@mistake(
    "test_features_and_contexts_have_the_right_shapes",
    says="view needs numbers that lie side by side in memory. reshape takes any; or leave the dimensions as they are.",
)
class view_of_the_features(_CPC):
    def context(self, z):
        rows = z.view(-1, z.shape[2])
        return super().context(rows.view(z.shape))


@mistake(
    "test_features_and_contexts_have_the_right_shapes",
    says="You take the mean off the caller's signal in place. Make a new tensor, if you need one at all.",
)
class signal_changed_in_place(_CPC):
    def encode(self, x):
        with torch.no_grad():
            x -= x.mean()
        return super().encode(x)


@mistake(
    "test_both_networks_are_trained",
    says="You turn the signal into float32. Keep the dtype that comes in.",
)
class always_float32(_CPC):
    def encode(self, x):
        return super().encode(x.float())


@mistake(
    "test_it_works_on_a_gpu",
    says="The GRU's first state is made on the processor. Make it where z is: device=z.device, or leave it out.",
)
class first_state_on_the_processor(_CPC):
    def context(self, z):
        first = torch.zeros(1, len(z), self.gru.hidden_size, dtype=z.dtype)
        return self.gru(z, first)[0]


@mistake(
    "test_each_sequence_is_on_its_own",
    says="The first state is made for one size of batch and kept. Make it anew for each batch, or leave it out.",
)
class first_state_of_one_size(_CPC):
    first = None

    def context(self, z):
        if self.first is None:
            self.first = torch.zeros(1, len(z), self.gru.hidden_size, dtype=z.dtype, device=z.device)
        return self.gru(z, self.first)[0]


@mistake(
    "test_each_sequence_is_on_its_own",
    says="Your method sets the mode of the model (train or eval). That is for the caller to say.",
)
class mode_set_inside(_CPC):
    def context(self, z):
        self.train()
        return super().context(z)


@mistake(
    "test_both_networks_are_trained",
    says="You return relu of the contexts. A GRU's outputs are between -1 and 1, and go on as they are.",
)
class relu_on_the_contexts(_CPC):
    def context(self, z):
        return super().context(z).relu()


@mistake(
    "test_both_networks_are_trained",
    says="You scale each context to norm 1. CPC takes contexts as the GRU gives them.",
)
class contexts_normalised(_CPC):
    def context(self, z):
        return F.normalize(super().context(z), dim=2)


@mistake(
    "test_both_networks_are_trained",
    says="A linear layer stands after the GRU. Its outputs are the contexts.",
)
class linear_layer_after_the_gru(_CPC):
    def make_summary(self, dim, context_dim):
        self.last = nn.Linear(context_dim, context_dim)
        return super().make_summary(dim, context_dim)

    def context(self, z):
        return self.last(super().context(z))


@mistake(
    "test_each_feature_hears_its_own_neighbourhood",
    says="Group norm compares each sample with its whole signal, the future included. The encoder has ReLUs alone.",
)
class group_norm(_CPC):
    def follow(self, number, dim):
        return [nn.GroupNorm(1, dim), self.activate()]


@mistake(
    "test_each_sequence_is_on_its_own",
    says="The GRU's first state is drawn at random. Each sequence begins alike: with zeros, as nn.GRU does by itself.",
)
class random_first_state(_CPC):
    def context(self, z):
        first = torch.randn(1, len(z), self.gru.hidden_size, dtype=z.dtype, device=z.device)
        return self.gru(z, first)[0]


@mistake(
    "test_both_networks_are_trained",
    says="The GRU's first state is float32, whatever comes in. Give it z's dtype, or leave it out.",
)
class first_state_in_float32(_CPC):
    def context(self, z):
        first = torch.zeros(1, len(z), self.gru.hidden_size, device=z.device)
        return self.gru(z, first)[0]


@mistake(
    "test_it_works_on_a_gpu",
    says="The first state of your GRU cell is made on the processor. Make it where z is: z.new_zeros(...).",
)
class first_state_of_a_cell_on_the_processor(_CPC):
    def make_summary(self, dim, context_dim):
        return nn.GRUCell(dim, context_dim)

    def context(self, z):
        state, contexts = torch.zeros(len(z), self.gru.hidden_size, dtype=z.dtype), []
        for step in z.unbind(dim=1):
            state = self.gru(step, state)
            contexts.append(state)
        return torch.stack(contexts, dim=1)


@mistake(
    "test_features_and_contexts_have_the_right_shapes",
    says="A squeeze takes the batch away when it holds one signal. The shape is (B, L, D), also for B = 1.",
)
class squeezed(_CPC):
    def encode(self, x):
        return self.layers(x).squeeze(0).transpose(-1, -2)


@mistake(
    "test_features_and_contexts_have_the_right_shapes",
    says="A squeeze takes the batch away when it holds one sequence. The shape is (B, L, E), also for B = 1.",
)
class contexts_squeezed(_CPC):
    def context(self, z):
        return super().context(z).squeeze(0)


@mistake(
    "test_each_sequence_is_on_its_own",
    says="Dropout stands before, in or after your GRU. The model has none: the same sequence has the same contexts.",
)
class dropout_in_the_gru(_CPC):
    def make_summary(self, dim, context_dim):
        return nn.GRU(dim, context_dim, 2, batch_first=True, dropout=0.2)


@mistake(
    "test_the_context_remembers_all_steps",
    says="A table with a row for each step ends somewhere, and knows the step. Sequences may have any length.",
)
class table_of_steps(_CPC):
    def __init__(self, channels, dim, context_dim):
        super().__init__(channels, dim, context_dim)
        self.place = nn.Parameter(torch.rand(512, dim))

    def context(self, z):
        return super().context(z + self.place[: z.shape[1]])


@mistake(
    "test_the_context_remembers_all_steps",
    says="Your GRU begins anew now and then, so that a long sequence is forgotten. It walks from the first to "
    "the last.",
)
class begins_anew_every_128_steps(_CPC):
    def context(self, z):
        return torch.cat([self.gru(piece)[0] for piece in z.split(128, dim=1)], dim=1)


@mistake(
    "test_the_context_does_not_know_the_future",
    says="Your GRU walks in both directions, and a layer joins them. A context that has seen the future need "
    "not predict it.",
)
class both_directions_joined(_CPC):
    def make_summary(self, dim, context_dim):
        self.join = nn.Linear(2 * context_dim, context_dim)
        return nn.GRU(dim, context_dim, batch_first=True, bidirectional=True)

    def context(self, z):
        return self.join(super().context(z))

using System.Collections.Immutable;
using TorchSharp;
using VampNet.Architecture;
using VampNet.Inference.Inputs;
using VampNet.Torch;

namespace VampNet.Validation.Inputs;

/// <summary>Control signals to judge a graph with: seeded values within -1 to 1, each counting in about half of the frames.</summary>
internal static class SeededControls
{
    private const int Levels = 2001;

    /// <summary>The inputs <c>ctrl.NAME</c> and <c>ctrl_mask.NAME</c> of every signal; none for a model without.</summary>
    /// <param name="configuration">The model.</param>
    /// <param name="batch">B.</param>
    /// <param name="frames">T. Equal sizes give equal signals.</param>
    public static ImmutableArray<ModelInput> Make(TransformerConfiguration configuration, int batch, int frames)
    {
        ulong seed = (ulong)frames;
        return
        [
            .. configuration.ControlDims.SelectMany(control =>
            {
                long[] levels = SeededInputs.Codes(seed++, batch, control.Value, frames, Levels, 0),
                    mask = SeededInputs.Codes(seed++, batch, 1, frames, 2, 0);
                return new[]
                {
                    new ModelInput(
                        $"ctrl.{control.Key}",
                        levels.Select(level => (2f * level / (Levels - 1)) - 1).ToArray(),
                        [batch, control.Value, frames]
                    ),
                    new ModelInput($"ctrl_mask.{control.Key}", mask.Select(value => (float)value).ToArray(), [batch, frames]),
                };
            }),
        ];
    }

    /// <summary>The same as tensors of the reference, which the caller's scope disposes.</summary>
    public static IReadOnlyDictionary<string, ControlTensors> Tensors(TransformerConfiguration configuration, int batch, int frames)
    {
        Dictionary<string, ModelInput> inputs = Make(configuration, batch, frames).ToDictionary(input => input.Name);
        return configuration.ControlDims.Keys.ToDictionary(
            name => name,
            name => new ControlTensors(Tensor(inputs[$"ctrl.{name}"]), Tensor(inputs[$"ctrl_mask.{name}"]))
        );

        static torch.Tensor Tensor(ModelInput input) => torch.tensor((float[])input.Values, input.Shape);
    }
}

using System.Text.Json;
using TorchSharp;
using VampNet.Checkpoints;
using VampNet.TestSupport;
using VampNet.Training.Modules;

namespace VampNet.Training.Tests;

/// <summary>Upstream's three training steps of one golden model, and the model they start from.</summary>
internal sealed class GoldenSteps(string name) : IDisposable
{
    public const string Codec = "tune/codec_tables.pth";

    private readonly Checkpoint _steps = Checkpoint.Open(Golden.Path($"tune/{name}_steps.safetensors"));

    public string Name => name;

    public double[] Losses => Numbers("losses");

    public double[] LearningRates => Numbers("learning_rates");

    public double[] GradientNorms => Numbers("gradient_norms");

    public Checkpoint OpenBase() => Checkpoint.Open(Golden.Path($"tune/{name}.pth"));

    public TrainableTransformer Load(bool withLora = true)
    {
        using Checkpoint transformer = OpenBase();
        using Checkpoint codec = Checkpoint.Open(Golden.Path(Codec));
        return WeightSource.Load(transformer, codec, lora: null, withLora, seed: 1);
    }

    public torch.Tensor Codes(int step) => Int64s($"codes.{step}");

    public torch.Tensor Mask(int step)
    {
        using torch.Tensor mask = Int64s($"mask.{step}");
        return mask.@bool();
    }

    public float[] Values(string tensor) => _steps.Tensors[tensor].ToSingles();

    public void Dispose() => _steps.Dispose();

    private torch.Tensor Int64s(string tensor) => torch.tensor(_steps.Tensors[tensor].ToInt64s(), [.. _steps.Tensors[tensor].Shape]);

    private double[] Numbers(string key) => JsonSerializer.Deserialize<double[]>(_steps.Metadata[key]!.AsText())!;
}

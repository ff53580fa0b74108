using VampNet.Inference.Inputs;
using VampNet.Inference.Sessions;
using VampNet.Onnx;
using VampNet.Onnx.Quantization;
using VampNet.Quantization.Calibration;
using VampNet.Quantization.Judging;
using VampNet.Quantization.Search;

namespace VampNet.Quantization;

/// <summary>A request to quantize a graph and to judge the result.</summary>
/// <param name="Input">The graph in floating point.</param>
/// <param name="Output">The file to write; an earlier one is replaced.</param>
public sealed record QuantizationRequest(string Input, string Output)
{
    /// <summary>The number format of weights and activations.</summary>
    public QuantizationScheme Scheme { get; init; }

    /// <summary>Whether a graph for which <see cref="QuantizationScheme.Auto"/> finds nothing faster is written as it is, instead of being
    /// refused: for folders of models that belong together.</summary>
    public bool OrFloat32 { get; init; }

    /// <summary>Whether the graph is quantized as it is. Otherwise it is prepared first: types repaired, functions inlined, constants
    /// folded, BatchNormalization and factors put into weights.</summary>
    public bool AsIs { get; init; }

    /// <summary>The nodes to quantize.</summary>
    public NodeSelection Selection { get; init; } = new();

    /// <summary>Granularity of the scales of weights (dynamic, static).</summary>
    public WeightGranularity Granularity { get; init; }

    /// <summary>The range of int8 that weights use (dynamic, static).</summary>
    public WeightRange WeightRange { get; init; }

    /// <summary>Whether SmoothQuant is applied first (dynamic): channels of activations are scaled to similar ranges, and the weights that
    /// read them by the inverse, where a constant before them can take the factors exactly. Runs the model on the calibration
    /// set.</summary>
    public bool SmoothQuant { get; init; }

    /// <summary>Whether weights are rounded by GPTQ (dynamic): each rounding cancels the errors of those before it in the products of the
    /// calibration set, instead of taking the nearest integer.</summary>
    public bool Gptq { get; init; }

    /// <summary>Whether embedding tables are quantized too (dynamic, static).</summary>
    public bool EmbeddingTables { get; init; }

    /// <summary>Whether activations are int8 instead of uint8 (static).</summary>
    public bool SignedActivations { get; init; }

    /// <summary>Number of weights that share a scale (weight-only).</summary>
    public int BlockSize { get; init; } = 32;

    /// <summary>The least precision of MatMulNBits (weight-only).</summary>
    public int AccuracyLevel { get; init; } = 4;

    /// <summary>Operators that encode the quantized weights (weight-only).</summary>
    public WeightOnlyForm Form { get; init; }

    /// <summary>The calibration set (static, float16, SmoothQuant, GPTQ).</summary>
    public CalibrationSource Calibration { get; init; } = new();

    /// <summary>Properties of the inputs that the graph does not declare.</summary>
    public InputProfile Profile { get; init; } = new();

    /// <summary>The length of what is in a row where the graph leaves it open: token frames, audio samples, or pixels of a side. Null for
    /// 173 frames, one second where audio goes in or comes out, or 224 pixels.</summary>
    public int? Extent { get; init; }

    /// <summary>Meaning of the first output; null to guess it from its name, shape and node.</summary>
    public OutputKind? OutputKind { get; init; }

    /// <summary>Number of held-out seeded inputs that the result is judged on; 0 not to judge it.</summary>
    public int JudgedSamples { get; init; } = 5;

    /// <summary>Real inputs to judge on, instead of seeded ones; null for none.</summary>
    public JudgedMusic? JudgedOn { get; init; }

    /// <summary>The quality goal; nodes return to floating point until it is met. Null to quantize everything selected.</summary>
    public QualityGoal? Goal { get; init; }

    /// <summary>Threads per operator; 0 for one per core.</summary>
    public int Threads { get; init; }

    /// <summary>The execution provider for judging and timing the result and for trying schemes and nodes. Calibration runs on the
    /// processor, so that the file does not depend on the provider.</summary>
    public SessionProvider Provider { get; init; } = SessionProvider.Processor;

    /// <summary>Whether something is measured before quantizing.</summary>
    public bool Calibrates =>
        Scheme is QuantizationScheme.Static or QuantizationScheme.Auto or QuantizationScheme.Float16 || SmoothQuant || Gptq;

    /// <summary>The family of seeded inputs to judge on: not the one that ranges were measured on.</summary>
    internal SeedKind JudgedSeeds =>
        Calibration.IsSeeded && Scheme is QuantizationScheme.Static or QuantizationScheme.Auto ? SeedKind.Uneven : SeedKind.Even;

    internal int ExtentFor(Model model) => Extent ?? ExtentDefaults.For(model);

    // Nodes are only ranked by their cost, for which a short input is enough.
    internal int RankedExtentFor(Model model) => Extent ?? Math.Max(ExtentFor(model) / 4, 1);
}

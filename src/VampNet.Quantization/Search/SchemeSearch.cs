using System.Collections.Immutable;
using VampNet.Files;
using VampNet.Onnx;
using VampNet.Quantization.Judging;

namespace VampNet.Quantization.Search;

/// <summary>
/// Measures which scheme is fastest for each kind of operator on this machine: each kind is quantized alone, and the model is timed in
/// turns with the float32 model.
/// </summary>
internal sealed class SchemeSearch(ModelQuantizer quantizer, Func<string, QuantizationJudgement> judge)
{
    // Convolutions have no dynamic form here: ConvInteger is several times slower than float32 in ONNX Runtime.
    private static readonly ImmutableArray<(ImmutableArray<string> Operators, QuantizationScheme Scheme)> Candidates =
    [
        (["MatMul", "Gemm"], QuantizationScheme.Dynamic),
        (["MatMul", "Gemm"], QuantizationScheme.Static),
        (["LSTM"], QuantizationScheme.Dynamic),
        (["Conv"], QuantizationScheme.Static),
        (["ConvTranspose"], QuantizationScheme.Static),
    ];

    /// <summary>Every operator that is tried statically.</summary>
    public static ImmutableHashSet<string> StaticOperators { get; } =
    [.. Candidates.Where(candidate => candidate.Scheme == QuantizationScheme.Static).SelectMany(candidate => candidate.Operators)];

    /// <summary>Operators whose weights are stored as int8 when computing in integers does not pay: they are restored once, when the graph
    /// is loaded, so that no run takes longer.</summary>
    public static ImmutableHashSet<string> StoredOperators { get; } = ["ConvTranspose"];

    /// <summary>Measures every scheme for every kind of operator that the model has.</summary>
    /// <exception cref="OnnxException">The model holds no weight that any of them takes (VNO0803), or cannot be quantized at
    /// all.</exception>
    public ImmutableArray<SchemeTrial> Run()
    {
        using TemporaryFolder folder = new();
        string candidate = folder.At("candidate.onnx");
        List<SchemeTrial> trials = [];
        OnnxException? nothing = null;
        foreach ((ImmutableArray<string> operators, QuantizationScheme scheme) in Candidates)
        {
            try
            {
                quantizer.WriteTrial(operators, scheme, candidate);
            }
            catch (OnnxException error) when (error.Id == DiagnosticIds.NothingToQuantize)
            {
                nothing = error;
                continue;
            }

            trials.Add(new SchemeTrial(operators, scheme, judge(candidate)));
        }

        return trials is [] && nothing is not null ? throw nothing : [.. trials];
    }
}

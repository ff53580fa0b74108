using System.Collections.Immutable;
using VampNet.Files;
using VampNet.Inference;
using VampNet.Inference.Inputs;
using VampNet.Inference.Sessions;
using VampNet.Onnx;
using VampNet.Onnx.Quantization;

namespace VampNet.Quantization;

/// <summary>The graph that is quantized: the request's own, or a copy that <see cref="ModelPreparation"/> changed.</summary>
internal sealed class PreparedGraph : IDisposable
{
    private readonly TemporaryFolder? _folder;

    private PreparedGraph(QuantizationRequest request, string reference, ImmutableArray<string> changes, TemporaryFolder? folder) =>
        (Request, Reference, Changes, _folder) = (WithRunnableExtent(request), reference, changes, folder);

    /// <summary>The request with the graph to quantize as input.</summary>
    public QuantizationRequest Request { get; }

    /// <summary>The graph to judge against: the original, unless ONNX Runtime does not load it.</summary>
    public string Reference { get; }

    /// <summary>Changes by the preparation; empty for the original itself.</summary>
    public ImmutableArray<string> Changes { get; }

    /// <summary>Prepares the request's graph, unless it is to be taken as it is.</summary>
    /// <exception cref="OnnxException">The graph cannot be read or repaired.</exception>
    public static PreparedGraph Make(QuantizationRequest request)
    {
        if (request.AsIs)
        {
            return new PreparedGraph(request, request.Input, [], null);
        }

        using Model model = ModelReader.Read(request.Input);
        ImmutableArray<string> changes = ModelPreparation.Prepare(
            model,
            keepFloat16: request.Scheme is QuantizationScheme.WeightOnly8 or QuantizationScheme.WeightOnly4 or QuantizationScheme.Float16
        );
        if (changes.IsEmpty)
        {
            return new PreparedGraph(request, request.Input, [], null);
        }

        TemporaryFolder folder = new();
        try
        {
            string path = folder.At("prepared.onnx");
            ModelWriter.Write(model, path, new ExternalDataOptions());
            return new PreparedGraph(request with { Input = path }, Loads(request.Input) ? request.Input : path, changes, folder);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _folder?.Dispose();

    // Exported graphs of this toolchain run at every length; for others lengths are tried. If none works, the first run reports why.
    private static QuantizationRequest WithRunnableExtent(QuantizationRequest request)
    {
        if (request.Extent is not null || !request.Profile.JudgedFrames.IsEmpty || !NeedsInputs(request))
        {
            return request;
        }

        using Model model = ModelReader.Read(request.Input);
        SampleMaker maker = SampleMaker.For(model, request.Profile);
        int wished = request.ExtentFor(model);
        return maker.HasOpenLengths && RunnableExtent.Find(request.Input, maker, wished, request.Threads) is { } found && found != wished
            ? request with
            {
                Extent = found,
            }
            : request;
    }

    private static bool NeedsInputs(QuantizationRequest request) =>
        request.JudgedSamples > 0
        || request.SmoothQuant
        || request.Gptq
        || request.Scheme is QuantizationScheme.Static or QuantizationScheme.Auto or QuantizationScheme.Float16;

    private static bool Loads(string path)
    {
        try
        {
            using GraphSession session = new(path, threads: 1, optimize: false);
            return true;
        }
        catch (InferenceException)
        {
            return false;
        }
    }
}

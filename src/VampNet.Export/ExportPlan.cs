using VampNet.Architecture;
using VampNet.Checkpoints;
using VampNet.Onnx;

namespace VampNet.Export;

/// <summary>Every graph of an export, emitted but for its weights, and the open checkpoints that they will be read from.</summary>
internal sealed class ExportPlan : IDisposable
{
    private readonly List<Checkpoint> _open = [];

    private ExportPlan()
    {
    }

    public List<PlannedGraph> Graphs { get; } = [];

    public List<PlannedLedger> Ledgers { get; } = [];

    /// <summary>The length of all weights of all graphs, in bytes.</summary>
    public long WeightBytes => Graphs.Sum(graph => graph.WeightBytes);

    /// <summary>Opens and binds every checkpoint of the request, so that whatever is wrong with one is known before anything is written.</summary>
    public static ExportPlan Bind(ExportRequest request, Action<string> report, CancellationToken cancellation)
    {
        ExportPlan plan = new();
        try
        {
            plan.AddAll(request, report, cancellation);
            return plan;
        }
        catch
        {
            plan.Dispose();
            throw;
        }
    }

    public void Dispose() => _open.ForEach(checkpoint => checkpoint.Dispose());

    private void AddAll(ExportRequest request, Action<string> report, CancellationToken cancellation)
    {
        Checkpoint codec = Open(request.CodecPath!);
        report("codec");
        BoundCodec boundCodec = ModelBinder.BindCodec(codec);
        BoundSource? coarse = BindTransformer("coarse", ModelRole.Coarse, request.CoarsePath, request.CoarseLoraPath);
        BoundSource? c2f = BindTransformer("c2f", ModelRole.CoarseToFine, request.C2fPath, request.C2fLoraPath);
        cancellation.ThrowIfCancellationRequested();
        Dictionary<Checkpoint, string> digests = _open.AsParallel().ToDictionary(checkpoint => checkpoint, checkpoint => checkpoint.ComputeFileSha256());
        AddTransformer(coarse);
        AddTransformer(c2f);
        AddCodec();

        BoundSource? BindTransformer(string name, ModelRole role, string? path, string? loraPath)
        {
            if (path is null)
            {
                return null;
            }

            cancellation.ThrowIfCancellationRequested();
            report(name);
            Checkpoint checkpoint = Open(path);
            Checkpoint? lora = loraPath is null ? null : Open(loraPath);
            return new(name, checkpoint, lora, ModelBinder.BindTransformer(checkpoint, codec, lora, role));
        }

        void AddTransformer(BoundSource? source)
        {
            if (source is { Name: var name, Bound: var bound })
            {
                ExportProvenance provenance = new(
                    digests[source.Checkpoint], digests[codec], source.Lora is null ? null : digests[source.Lora], request.WeightLicense);
                Model graph = TransformerEmitter.Emit(bound, request.Options with { Provenance = provenance }, out var weights);
                Ledgers.Add(new(name, bound.Ledger.Deliver(weights)));
                Graphs.Add(new(name, name, graph, bound.Configuration.ToJson(), provenance));
            }
        }

        void AddCodec()
        {
            ExportProvenance provenance = new(digests[codec], null, null, request.WeightLicense);
            ExportOptions options = request.Options with { Provenance = provenance };
            string configuration = boundCodec.Configuration.ToJson();
            Graphs.Add(new("codec_encoder", "codec", CodecEncoderEmitter.Emit(boundCodec, options, out var encoderWeights), configuration, provenance));
            Graphs.Add(new("codec_decoder", "codec", CodecDecoderEmitter.Emit(boundCodec, options, out var decoderWeights), configuration, provenance));
            Ledgers.Add(new("codec", boundCodec.Ledger.Deliver([.. encoderWeights, .. decoderWeights])));
        }
    }

    private Checkpoint Open(string path)
    {
        Checkpoint checkpoint = Checkpoint.Open(path);
        _open.Add(checkpoint);
        return checkpoint;
    }

    private sealed record BoundSource(string Name, Checkpoint Checkpoint, Checkpoint? Lora, BoundTransformer Bound);
}

using System.Collections.Immutable;
using VampNet.Architecture;
using VampNet.Checkpoints;
using VampNet.Export.Step;
using VampNet.Models;
using VampNet.Onnx;

namespace VampNet.Export;

/// <summary>Every graph of an export, emitted but for its weights, and the open checkpoints that they will be read from.</summary>
internal sealed class ExportPlan : IDisposable
{
    private readonly List<Checkpoint> _open = [];
    private readonly Dictionary<Checkpoint, Task<string>> _digests = [];

    private ExportPlan() { }

    public List<PlannedGraph> Graphs { get; } = [];

    public List<PlannedLedger> Ledgers { get; } = [];

    /// <summary>The length of all weights of all graphs, in bytes.</summary>
    public long WeightBytes => Graphs.Sum(graph => graph.WeightBytes);

    /// <summary>Opens and binds every checkpoint of the request, so that errors are found before anything is written.</summary>
    public static ExportPlan Bind(ExportRequest request, Action<string> report, CancellationToken cancellationToken)
    {
        ExportPlan plan = new();
        try
        {
            plan.AddAll(request, report, cancellationToken);
            return plan;
        }
        catch
        {
            plan.Dispose();
            throw;
        }
    }

    /// <summary>Completes when the SHA-256 of every checkpoint file is computed.</summary>
    public Task Digested => Task.WhenAll(_digests.Values);

    /// <summary>Closes the checkpoints, once nothing reads them any longer.</summary>
    public void Dispose()
    {
        Digested.ContinueWith(_ => { }, TaskScheduler.Default).Wait();
        _open.ForEach(checkpoint => checkpoint.Dispose());
    }

    private void AddAll(ExportRequest request, Action<string> report, CancellationToken cancellationToken)
    {
        Checkpoint codec = Open(request.CodecPath!);
        report("codec");
        BoundCodec boundCodec = ModelBinder.BindCodec(codec, request.Codebooks);
        BoundSource? coarse = BindTransformer("coarse", ModelRole.Coarse, request.CoarsePath, request.CoarseLoraPath);
        BoundSource? c2f = BindTransformer("c2f", ModelRole.CoarseToFine, request.C2fPath, request.C2fLoraPath);
        cancellationToken.ThrowIfCancellationRequested();
        foreach (Checkpoint checkpoint in _open)
        {
            _digests.Add(checkpoint, Task.Run(checkpoint.ComputeFileSha256, cancellationToken));
        }

        // The smallest first: it is written while the larger checkpoints are still being digested.
        ExportOptions options = request.Options;
        Task<ExportProvenance> codecOrigin = OriginOf(codec, null, null);
        string codecJson = boundCodec.Configuration.ToJson();
        Graphs.Add(
            new(
                "codec_encoder",
                "codec",
                CodecEncoderEmitter.Emit(boundCodec, options, out ImmutableArray<KeyValuePair<string, BoundWeight>> encoderWeights),
                codecJson,
                options,
                codecOrigin
            )
        );
        AddTransformer(coarse);
        AddTransformer(c2f);
        Graphs.Add(
            new(
                "codec_decoder",
                "codec",
                CodecDecoderEmitter.Emit(boundCodec, options, out ImmutableArray<KeyValuePair<string, BoundWeight>> decoderWeights),
                codecJson,
                options,
                codecOrigin
            )
        );
        Ledgers.Add(new("codec", boundCodec.Ledger.Deliver([.. encoderWeights, .. decoderWeights])));

        BoundSource? BindTransformer(string name, ModelRole role, string? path, string? loraPath)
        {
            if (path is null)
            {
                return null;
            }

            cancellationToken.ThrowIfCancellationRequested();
            report(name);
            Checkpoint checkpoint = Open(path);
            Checkpoint? lora = loraPath is null ? null : Open(loraPath);
            return new(name, checkpoint, lora, ModelBinder.BindTransformer(checkpoint, codec, lora, role));
        }

        void AddTransformer(BoundSource? source)
        {
            if (source is { Name: var name, Bound: var bound })
            {
                Model graph = TransformerEmitter.Emit(bound, options, out ImmutableArray<KeyValuePair<string, BoundWeight>> weights);
                Ledgers.Add(new(name, bound.Ledger.Deliver(weights)));
                Graphs.Add(new(name, name, graph, bound.Configuration.ToJson(), options, OriginOf(source.Checkpoint, codec, source.Lora)));
                AddSteps(source);
                AddFusedSteps(source);
            }
        }

        void AddSteps(BoundSource source)
        {
            if (!request.Steps)
            {
                return;
            }

            StepShape shape = StepShape.Of(source.Bound.Configuration);
            Task<ExportProvenance> origin = OriginOf(source.Checkpoint, codec, source.Lora);
            AddStep(ModelFiles.StepOf(source.Name), StepNoise.Given, options with { Opset = StepEmitter.DefaultOpset });
            AddStep(ModelFiles.SeededStepOf(source.Name), StepNoise.Seeded, options);

            void AddStep(string file, StepNoise noise, ExportOptions stepOptions) =>
                Graphs.Add(
                    new(
                        Path.GetFileNameWithoutExtension(file),
                        source.Name,
                        StepEmitter.Emit(shape, noise, stepOptions),
                        shape.ConfigurationJson,
                        stepOptions with
                        {
                            Target = ExportTarget.Portable,
                        },
                        origin,
                        IsStep: true
                    )
                );
        }

        void AddFusedSteps(BoundSource source)
        {
            if (!request.FusedSteps)
            {
                return;
            }

            AddFused(ModelFiles.FusedStepOf(source.Name), StepNoise.Given);
            AddFused(ModelFiles.SeededFusedStepOf(source.Name), StepNoise.Seeded);

            void AddFused(string file, StepNoise noise)
            {
                Model graph = TransformerEmitter.Emit(source.Bound, options);
                StepShape shape = StepShape.Of(source.Bound.Configuration);
                FusedStep.Append(graph, shape, noise);
                Graphs.Add(
                    new(
                        Path.GetFileNameWithoutExtension(file),
                        source.Name,
                        graph,
                        shape.ConfigurationJson,
                        options,
                        OriginOf(source.Checkpoint, codec, source.Lora),
                        IsStep: true,
                        IsFused: true
                    )
                );
            }
        }

        async Task<ExportProvenance> OriginOf(Checkpoint checkpoint, Checkpoint? tables, Checkpoint? lora) =>
            new(
                await _digests[checkpoint].ConfigureAwait(false),
                tables is null ? null : await _digests[tables].ConfigureAwait(false),
                lora is null ? null : await _digests[lora].ConfigureAwait(false),
                request.WeightLicense
            )
            {
                CheckpointFile = CheckpointName.Of(checkpoint.Path),
                CodecFile = tables is null ? null : CheckpointName.Of(tables.Path),
                LoraFile = lora is null ? null : CheckpointName.Of(lora.Path),
            };
    }

    private Checkpoint Open(string path)
    {
        Checkpoint checkpoint = Checkpoint.Open(path);
        _open.Add(checkpoint);
        return checkpoint;
    }

    private sealed record BoundSource(string Name, Checkpoint Checkpoint, Checkpoint? Lora, BoundTransformer Bound);
}

/// <summary>A ledger that is about to be written.</summary>
/// <param name="Name">The checkpoint's name: coarse, c2f or codec.</param>
/// <param name="Ledger">Ledger of its tensors.</param>
internal sealed record PlannedLedger(string Name, BindingLedger Ledger)
{
    public static string FileNameOf(string name) => $"{name}.ledger.json";
}

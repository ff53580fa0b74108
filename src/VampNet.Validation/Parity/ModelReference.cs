using System.Collections.Immutable;
using TorchSharp;
using VampNet.Architecture;
using VampNet.Checkpoints;
using VampNet.Export;
using VampNet.Inference.Budgets;
using VampNet.Inference.Inputs;
using VampNet.Inference.Sessions;
using VampNet.Models;
using VampNet.Validation.Folders;
using VampNet.Validation.Verdicts;

namespace VampNet.Validation.Parity;

/// <summary>One model of a folder, rebuilt in TorchSharp from its checkpoint, with which its graph is compared.</summary>
internal abstract class ModelReference : IDisposable
{
    /// <summary>The reference's name in verdicts.</summary>
    public const string Name = "TorchSharp";

    /// <summary>Opens the checkpoints that a manifest says the graph was exported from.</summary>
    /// <param name="name">The model's name in the manifest.</param>
    /// <param name="model">Its entry in the manifest.</param>
    /// <param name="files">The checkpoints at hand.</param>
    /// <exception cref="ValidationException">VNV0303: a checkpoint is not the one the graph was exported from. VNV0304: the model has no
    /// reference.</exception>
    public static ModelReference Open(string name, ManifestModel model, CheckpointFiles files) =>
        name switch
        {
            "coarse" => OpenTransformer(name, model, files.Coarse, files.CoarseLora, files.Codec, ModelRole.Coarse),
            "c2f" => OpenTransformer(name, model, files.C2f, files.C2fLora, files.Codec, ModelRole.CoarseToFine),
            "codec_encoder" => OpenCodec(name, model, files.Codec, bound => new CodecEncoderReference(bound)),
            "codec_decoder" => OpenCodec(name, model, files.Codec, bound => new CodecDecoderReference(bound)),
            _ => throw new ValidationException(
                ValidationErrorIds.ModelUnknown,
                found: $"a model \"{name}\" in the manifest",
                expected: "coarse, c2f, codec_encoder or codec_decoder: only these have a TorchSharp module to compare with"
            ),
        };

    /// <summary>Compares the graph with this reference at every size of the plan.</summary>
    public abstract GraphVerdict Judge(
        string file,
        GraphSession graph,
        VerificationPlan plan,
        IProgress<VerificationProgress>? progress,
        CancellationToken cancellationToken
    );

    /// <summary>Compares layer by layer, on one size of the plan. A layer whose values the graph does not name is left out.</summary>
    /// <param name="path">The graph.</param>
    /// <param name="plan">Seed and sizes.</param>
    /// <returns>The differences; null where no layer can be compared.</returns>
    public LayerParity? JudgeLayers(string path, VerificationPlan plan)
    {
        using IDisposable noGradient = torch.no_grad();
        using DisposeScope scope = torch.NewDisposeScope();
        LayerTrial trial = MakeLayerTrial(plan);
        HashSet<string> named = [.. GraphValues.ValuesOf(path)];
        LayerProbe[] probes = [.. trial.Probes.Where(probe => named.IsSupersetOf(probe.Values))];
        if (probes.Length == 0)
        {
            return null;
        }

        string[] probed = [.. probes.SelectMany(probe => probe.Values)];
        using GraphSession graph = GraphSession.OpenWithValues(path, probed, provider: plan.Provider);
        return graph.Run(
            new ModelSample($"seed {plan.Seed}", trial.Inputs),
            probed,
            (values, _) =>
            {
                ImmutableArray<LayerDifference>.Builder layers = ImmutableArray.CreateBuilder<LayerDifference>();
                int next = 0;
                foreach (LayerProbe probe in probes)
                {
                    layers.AddRange(probe.Compare([.. values.Skip(next).Take(probe.Values.Length)]));
                    next += probe.Values.Length;
                }

                return new LayerParity(trial.Case, layers.ToImmutable());
            }
        );
    }

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>The input of a comparison by layer, and the outputs of this reference's layers. Called without gradients, in a scope of
    /// its own.</summary>
    protected abstract LayerTrial MakeLayerTrial(VerificationPlan plan);

    private static TransformerReference OpenTransformer(
        string name,
        ManifestModel model,
        string? path,
        string? loraPath,
        string? codecPath,
        ModelRole role
    )
    {
        using Checkpoint transformer = OpenSame(name, path, model.CheckpointSha256)!;
        using Checkpoint codec = OpenSame(name, codecPath, model.CodecSha256)!;
        using Checkpoint? lora = OpenSame(name, loraPath, model.LoraSha256);
        return new TransformerReference(ModelBinder.BindTransformer(transformer, codec, lora, role));
    }

    private static ModelReference OpenCodec(string name, ManifestModel model, string? path, Func<BoundCodec, ModelReference> load)
    {
        using Checkpoint codec = OpenSame(name, path, model.CheckpointSha256)!;
        return load(ModelBinder.BindCodec(codec));
    }

    // A graph compared with other weights would fail by far; the error names the cause instead.
    private static Checkpoint? OpenSame(string name, string? path, string? sha256)
    {
        Checkpoint? checkpoint = path is null ? null : Checkpoint.Open(path);
        string? found = checkpoint?.ComputeFileSha256();
        if (found == sha256)
        {
            return checkpoint;
        }

        checkpoint?.Dispose();
        throw new ValidationException(
            ValidationErrorIds.CheckpointDiffers,
            found: $"{(path is null ? "no file" : $"{path} with SHA-256 {found}")} to verify {name} with",
            expected: $"{(sha256 is null ? "none" : $"SHA-256 {sha256}")}, as the manifest says",
            advice: "Name the files that the graphs were exported from, or export again"
        );
    }
}

using System.Collections.Immutable;
using VampNet.Checkpoints;
using VampNet.Export;
using VampNet.Inference.Budgets;
using VampNet.Inference.Sessions;
using VampNet.Models;
using VampNet.Validation.Parity;
using VampNet.Validation.Verdicts;

namespace VampNet.Validation.Folders;

/// <summary>Judges every graph of a folder against the checkpoints it was exported from, in TorchSharp.</summary>
public static class FolderVerification
{
    /// <summary>Compares graph after graph, holding one model at a time.</summary>
    /// <param name="folder">The exported graphs.</param>
    /// <param name="files">The checkpoints they were exported from.</param>
    /// <param name="plan">Seed, sizes, budgets, and what computes the graphs; TorchSharp computes on the processor.</param>
    /// <param name="progress">Receives the progress; may be null.</param>
    /// <param name="cancellationToken">Stops between two runs of a model.</param>
    /// <exception cref="ValidationException">VNV0301 to VNV0303: the folder, or a file in it, is not what was exported from these
    /// checkpoints. VNI0201 to VNV0203: a graph does not run.</exception>
    /// <exception cref="CheckpointException">A checkpoint cannot be read.</exception>
    /// <exception cref="Architecture.ArchitectureException">A checkpoint is not the model it is given as.</exception>
    public static VerificationReport Run(
        ModelFolder folder,
        CheckpointFiles files,
        VerificationPlan plan,
        IProgress<VerificationProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ModelManifest manifest = folder.ReadManifest();
        folder.RequireUnchanged(manifest);
        KeyValuePair<string, ManifestModel>[] models = [.. ModelFolder.InPipelineOrder(manifest)];
        ImmutableArray<GraphFacts> facts = folder.DescribeGraphs(manifest);
        ImmutableArray<GraphVerdict>.Builder verdicts = ImmutableArray.CreateBuilder<GraphVerdict>();
        foreach ((string name, ManifestModel model) in models)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using ModelReference reference = ModelReference.Open(name, model, files);
            var steps = new ProgressShare(progress, (double)verdicts.Count / models.Length, (verdicts.Count + 1.0) / models.Length);
            GraphVerdict verdict;
            using (GraphSession graph = new(folder.At(model.Graph), provider: plan.Provider))
            {
                verdict = reference.Judge(model.Graph, graph, plan, steps, cancellationToken);
            }

            // Uses a separate session: additional outputs keep ONNX Runtime from fusing, and the graph is judged as it is shipped.
            verdicts.Add(verdict with { Layers = reference.JudgeLayers(folder.At(model.Graph), plan) });
        }

        return new VerificationReport(facts, verdicts.ToImmutable());
    }
}

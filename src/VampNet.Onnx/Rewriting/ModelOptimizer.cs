using System.Collections.Immutable;
using VampNet.Onnx.ShapeInference;
using VampNet.Onnx.TypeFixing;

namespace VampNet.Onnx.Rewriting;

/// <summary>What optimizing a model did.</summary>
/// <param name="Types">What type fixing repaired.</param>
/// <param name="Rewrites">What the pipeline changed.</param>
/// <param name="Diagnostics">What shape inference says about the result.</param>
public sealed record OptimizationReport(TypeFixingReport Types, RewriteReport Rewrites, ImmutableArray<Diagnostic> Diagnostics);

/// <summary>Repairs, infers, folds, cleans and fuses a model from any exporter: everything behind <c>vampnet optimize</c> but files and
/// proof.</summary>
public static class ModelOptimizer
{
    /// <summary>Optimizes a model in place.</summary>
    /// <param name="model">The model, as read.</param>
    /// <param name="target">Which operators may be used.</param>
    /// <exception cref="OnnxException">The model is not valid and cannot be repaired.</exception>
    public static OptimizationReport Optimize(Model model, RewriteTarget target)
    {
        ArgumentNullException.ThrowIfNull(model);
        ImmutableSortedDictionary<string, int> before = RewriteReport.CountOperators(model);
        TypeFixingReport types = TypeFixingPass.Run(model);
        List<RewriteRecord> inlined = [];
        if (new InlineFunctionsPass().Run(model, target, inlined))
        {
            // What is wrong inside a function is seen, and repaired, only where its body stands in the place of a call.
            TypeFixingReport bodies = TypeFixingPass.Run(model);
            types = new TypeFixingReport([.. types.Repairs, .. bodies.Repairs], bodies.Diagnostics);
        }

        RewriteReport rewrites = RewritePipeline.Default.Run(model, target);
        rewrites = rewrites with { Before = before, Records = [.. inlined.Where(record => record.Fired), .. rewrites.Records] };
        return new OptimizationReport(types, rewrites, ShapeInferencePass.Run(model).Diagnostics);
    }
}

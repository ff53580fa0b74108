using System.Collections.Immutable;
using VampNet.Onnx.OpsetConversion;
using VampNet.Onnx.ShapeInference;
using VampNet.Onnx.TypeFixing;

namespace VampNet.Onnx.Rewriting;

/// <summary>The result of optimizing a model.</summary>
/// <param name="Types">The repairs of type fixing.</param>
/// <param name="Rewrites">The changes of the pipeline.</param>
/// <param name="Diagnostics">The findings of shape inference on the result.</param>
public sealed record OptimizationReport(TypeFixingReport Types, RewriteReport Rewrites, ImmutableArray<Diagnostic> Diagnostics)
{
    /// <summary>The changes of the opset conversion; null if the opset is unchanged.</summary>
    public OpsetConversionReport? Opset { get; init; }
}

/// <summary>Repairs, infers, folds, cleans and fuses a model from any exporter: everything that <c>vampnet optimize</c> does except files
/// and the comparison.</summary>
public static class ModelOptimizer
{
    /// <summary>Optimizes a model in place.</summary>
    /// <param name="model">The model, as read.</param>
    /// <param name="target">The operators that may be used.</param>
    /// <param name="opset">The version of ai.onnx to convert to first, 7 to 23; null to keep the model's own, or to take 7, the
    /// oldest that ONNX Runtime runs, if that is older.</param>
    /// <exception cref="OnnxException">The model is not valid and cannot be repaired, or has no exact counterpart in that
    /// opset.</exception>
    public static OptimizationReport Optimize(Model model, RewriteTarget target, int? opset = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ImmutableSortedDictionary<string, int> before = RewriteReport.CountOperators(model);
        TypeFixingReport types = TypeFixingPass.Run(model);
        List<RewriteRecord> inlined = [];
        if (new InlineFunctionsPass().Run(model, target, inlined))
        {
            // Faults inside a function are found and repaired only after its body replaces a call.
            TypeFixingReport bodies = TypeFixingPass.Run(model);
            types = new TypeFixingReport([.. types.Repairs, .. bodies.Repairs], bodies.Diagnostics);
        }

        OpsetConversionReport? conversion = opset is { } wanted
            ? OpsetConverter.Convert(model, wanted)
            : OpsetConverter.RaiseToOldest(model);
        RewriteReport rewrites = RewritePipeline.Default.Run(model, target);
        rewrites = rewrites with
        {
            Before = before,
            Effect = (NumericalEffect)Math.Max((int)rewrites.Effect, (int)(conversion?.Effect ?? NumericalEffect.Exact)),
            Records = [.. inlined.Where(record => record.Fired), .. rewrites.Records],
        };
        return new OptimizationReport(types, rewrites, ShapeInferencePass.Run(model).Diagnostics) { Opset = conversion };
    }

    /// <summary>Runs only the first step of <see cref="Optimize"/>: makes names unique and corrects declared types, in place.</summary>
    /// <param name="model">The model.</param>
    /// <returns>The repairs.</returns>
    /// <exception cref="OnnxException">The model is not valid and cannot be repaired.</exception>
    public static TypeFixingReport Repair(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return TypeFixingPass.Run(model);
    }
}

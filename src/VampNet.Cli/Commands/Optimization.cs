using VampNet.Inference.Rewriting;
using VampNet.Onnx.Rewriting;

namespace VampNet.Cli.Commands;

/// <summary>The result of <c>optimize</c>.</summary>
/// <param name="File">The file written; null when the check failed or could not decide.</param>
/// <param name="Report">Repairs, rewrites and diagnostics.</param>
/// <param name="Check">The comparison with the original; null when it was not asked for.</param>
internal sealed record Optimization(string? File, OptimizationReport Report, RewriteVerdict? Check);

namespace VampNet.Onnx.Rewriting;

/// <summary>A pass at its place in a pipeline.</summary>
/// <param name="Pass">The pass.</param>
/// <param name="Reason">The reason for its place.</param>
public sealed record PipelineStep(RewritePass Pass, string Reason);

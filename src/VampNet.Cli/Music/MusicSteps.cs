using VampNet.Cli.Display;
using VampNet.Runtime.Generation;

namespace VampNet.Cli.Music;

/// <summary>Shows the pipeline's progress: one bar a stage, a line for each chunk.</summary>
/// <param name="steps">Where to.</param>
internal sealed class MusicSteps(IProgress<ProgressStep> steps) : IProgress<VampProgress>
{
    /// <inheritdoc/>
    public void Report(VampProgress value)
    {
        string stage = value.Stage.ToString().ToLowerInvariant();
        double fraction = (value.Chunk - 1 + ((double)value.Step / value.Steps)) / value.Chunks;
        steps.Report(
            new ProgressStep($"{stage}: chunk {value.Chunk} of {value.Chunks}", Math.Clamp(fraction, 0, 1))
            {
                Bar = stage,
                Detail = value.Steps > 1 ? $"step {value.Step} of {value.Steps}" : "",
            }
        );
    }
}

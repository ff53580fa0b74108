using VampNet.Cli.Display;
using VampNet.Runtime;
using VampNet.Runtime.Generation;

namespace VampNet.Cli.Music;

/// <summary>Shows the pipeline's progress: one bar per stage, a line for each chunk, and the time left for the whole once a chunk has been
/// generated.</summary>
internal sealed class MusicSteps : IProgress<VampProgress>
{
    private readonly IProgress<ProgressStep> _steps;
    private readonly int _pieces;
    private readonly MusicTime? _time;
    private readonly Lock _lock = new();
    private string _chunk = "",
        _left = "";

    /// <summary>Shows encoding or decoding alone.</summary>
    /// <param name="steps">Receiver of the steps.</param>
    public MusicSteps(IProgress<ProgressStep> steps) => _steps = steps;

    /// <summary>Shows a vamp.</summary>
    /// <param name="steps">Receiver of the steps.</param>
    /// <param name="options">The options, which determine how long each stage takes.</param>
    /// <param name="clock">The clock; null for the system's.</param>
    public MusicSteps(IProgress<ProgressStep> steps, VampOptions options, TimeProvider? clock = null)
        : this(steps)
    {
        _pieces = options.BatchSize;
        _time = new MusicTime(clock ?? TimeProvider.System, (double)options.Fine.Steps / (options.Coarse.Steps * options.FeedbackSteps));
    }

    /// <inheritdoc/>
    public void Report(VampProgress value)
    {
        lock (_lock)
        {
            string stage = value.Stage.ToString().ToLowerInvariant(),
                chunk = $"{stage}: chunk {value.Chunk} of {value.Chunks}";
            // The time left is that at the start of a chunk, since a written line cannot change.
            bool isNew = chunk != _chunk;
            _time?.Note(value);
            bool isKnown = value.Stage != VampStage.Encode && !(value.Stage == VampStage.Coarse && value.Chunk == 1);
            if (isNew && isKnown && value.Chunks > 1 && _time?.Left(_pieces) is { } left)
            {
                _left = $", about {MusicTime.Text(left)} left";
            }
            else if (isNew)
            {
                _left = "";
            }

            _chunk = chunk;
            double fraction = (value.Chunk - 1 + ((double)value.Step / value.Steps)) / value.Chunks;
            _steps.Report(
                new ProgressStep(chunk + _left, Math.Clamp(fraction, 0, 1))
                {
                    Bar = stage,
                    Detail = value.Steps > 1 ? $"step {value.Step} of {value.Steps}" : "",
                }
            );
        }
    }
}

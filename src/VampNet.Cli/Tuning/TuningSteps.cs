using System.Globalization;
using VampNet.Cli.Display;
using VampNet.Training;

namespace VampNet.Cli.Tuning;

/// <summary>Shows where a run is: loss, speed and time left beside a bar, or a line every now and then when nobody watches.</summary>
/// <param name="model">The model's name.</param>
/// <param name="steps">Receiver of the steps.</param>
internal sealed class TuningSteps(string model, IProgress<ProgressStep> steps) : IProgress<TuningProgress>
{
    private const int LinesOfARun = 100;

    private string _heldOut = "";
    private string _line = $"training {model}";

    public void Report(TuningProgress value)
    {
        if (!value.HeldOut.IsEmpty)
        {
            _heldOut = string.Create(CultureInfo.InvariantCulture, $", held out {value.HeldOut.Average():0.000}");
        }

        string detail = string.Create(
            CultureInfo.InvariantCulture,
            $"step {value.Step} of {value.Steps}{Loss(value.Loss)}{_heldOut}{Speed(value)}"
        );
        // A new name is a new line where nobody watches.
        if (!value.HeldOut.IsEmpty || value.Step % Math.Max(1, value.Steps / LinesOfARun) == 0)
        {
            _line = $"training {model}: {detail}";
        }

        steps.Report(new ProgressStep(_line, (double)value.Step / value.Steps) { Bar = model });
    }

    private static string Loss(double loss) =>
        double.IsFinite(loss) ? string.Create(CultureInfo.InvariantCulture, $", loss {loss:0.000}") : "";

    private static string Speed(TuningProgress value) =>
        value.TokensPerSecond > 0
            ? string.Create(CultureInfo.InvariantCulture, $", {value.TokensPerSecond:0} tokens/s{Left(value.TimeLeft)}")
            : "";

    private static string Left(TimeSpan? left) =>
        left is { } time ? string.Create(CultureInfo.InvariantCulture, $", {(int)time.TotalHours}:{time:mm\\:ss} left") : "";
}

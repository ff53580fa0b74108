using Spectre.Console;

namespace VampNet.Cli.Display;

/// <summary>Shows the progress of a long command: moving bars when a person watches, a line for each new step when not.</summary>
internal static class ProgressDisplay
{
    /// <summary>Runs work that reports its progress, on the error stream.</summary>
    /// <typeparam name="T">Result of the work.</typeparam>
    /// <param name="terminal">Terminal to write to.</param>
    /// <param name="work">The work; it may report from any thread.</param>
    public static Task<T> ShowProgressAsync<T>(this Terminal terminal, Func<IProgress<ProgressStep>, Task<T>> work) =>
        terminal.IsErrorWatched
            ? terminal
                .ErrorConsole.Progress()
                .AutoClear(true)
                .Columns(
                    new TaskDescriptionColumn { Alignment = Justify.Left },
                    new ProgressBarColumn(),
                    new PercentageColumn(),
                    new RemainingTimeColumn()
                )
                .StartAsync(context => work(new Bars(context)))
            : work(new Lines(terminal.Error));

    private sealed class Bars(ProgressContext context) : IProgress<ProgressStep>
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<string, ProgressTask> _bars = [];

        public void Report(ProgressStep value)
        {
            lock (_lock)
            {
                string description = Markup.Escape(ControlCharacters.Escape($"{value.Name} {value.Detail}".TrimEnd()));
                if (!_bars.TryGetValue(value.Bar, out ProgressTask? bar))
                {
                    bar = context.AddTask(description, maxValue: 1);
                    _bars.Add(value.Bar, bar);
                }

                bar.Description = description;
                bar.Value = value.Fraction;
            }
        }
    }

    private sealed class Lines(TextWriter writer) : IProgress<ProgressStep>
    {
        private readonly Lock _lock = new();
        private string _last = "";

        public void Report(ProgressStep value)
        {
            lock (_lock)
            {
                if (value.Name != _last)
                {
                    _last = value.Name;
                    writer.WriteLine(value.Name);
                }
            }
        }
    }
}

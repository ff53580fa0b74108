using Spectre.Console;

namespace VampNet.Cli;

/// <summary>How far a long command is: a moving bar when a person watches, a line for each new step when not.</summary>
internal static class ProgressDisplay
{
    /// <summary>Runs work that reports its progress, on the error stream.</summary>
    /// <typeparam name="T">What the work returns.</typeparam>
    /// <param name="terminal">Where to.</param>
    /// <param name="work">The work; it may report from any thread.</param>
    public static Task<T> ShowProgressAsync<T>(this Terminal terminal, Func<IProgress<ProgressStep>, Task<T>> work) =>
        terminal.IsErrorWatched
            ? terminal.ErrorConsole.Progress()
                .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
                .StartAsync(context => work(new Bars(context)))
            : work(new Lines(terminal.Error));

    private sealed class Bars(ProgressContext context) : IProgress<ProgressStep>
    {
        private readonly Dictionary<string, ProgressTask> _tasks = [];

        public void Report(ProgressStep value)
        {
            lock (_tasks)
            {
                if (!_tasks.TryGetValue(value.Name, out ProgressTask? task))
                {
                    task = context.AddTask(Markup.Escape(value.Name), maxValue: 1);
                    _tasks.Add(value.Name, task);
                }

                task.Value = value.Fraction;
            }
        }
    }

    private sealed class Lines(TextWriter writer) : IProgress<ProgressStep>
    {
        private readonly HashSet<string> _seen = [];

        public void Report(ProgressStep value)
        {
            lock (_seen)
            {
                if (_seen.Add(value.Name))
                {
                    writer.WriteLine(value.Name);
                }
            }
        }
    }
}

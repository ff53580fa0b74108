using VampNet.Architecture;
using VampNet.Checkpoints;
using VampNet.Export;
using VampNet.Inference;
using VampNet.Models;
using VampNet.Onnx;
using VampNet.Quantization;
using VampNet.Reporting;
using VampNet.Runtime;
using VampNet.Server;
using VampNet.Validation;

namespace VampNet.Cli;

/// <summary>The error text and the exit code for each kind of exception.</summary>
internal static class ErrorReport
{
    /// <summary>Describes an exception that ended a command.</summary>
    public static (int ExitCode, string Text) Describe(Exception error) =>
        error switch
        {
            OperationCanceledException => (ExitCode.Cancelled, "Cancelled. Nothing was written under its final name."),
            // The projects' own exceptions begin their messages with their id.
            CheckpointException
            or ArchitectureException
            or OnnxException
            or ExportException
            or RuntimeException
            or ModelsException
            or InferenceException
            or QuantizationException
            or ValidationException
            or ReportingException
            or ServerException
            or CommandException => Refused(error.Message),
            _ when Edition.IsRefusal(error) => Refused(error.Message),
            _ when IsUnloadable(error) => Refused(DescribeUnloadable(error)),
            OutOfMemoryException => Refused(
                $"{CommandErrorIds.OutOfMemory}: Found too little memory for this command.\n"
                    + "Expected the work to fit in what this process may use. "
                    + "Ask for less: a shorter sound, fewer variations, or a smaller model; or raise the limit."
            ),
            FileNotFoundException or DirectoryNotFoundException => Refused(
                Explain(CommandErrorIds.PathNotFound, error, "a path that leads nowhere", "an existing file or folder. Check the name")
            ),
            UnauthorizedAccessException => Refused(
                Explain(
                    CommandErrorIds.AccessDenied,
                    error,
                    "a file or folder that this user may not use",
                    "the right to read or write it. Change its permissions, or choose another"
                )
            ),
            IOException => Refused(
                Explain(
                    CommandErrorIds.InputOutputFailed,
                    error,
                    "that reading or writing failed",
                    "a working volume with free space. Check it, and run the command again"
                )
            ),
            _ => (ExitCode.Bug, DescribeBug(error)),
        };

    /// <summary>Whether a part of the program itself could not be loaded, which is no fault of the user's data.</summary>
    internal static bool IsUnloadable(Exception error) =>
        error is DllNotFoundException or BadImageFormatException
        || (error as FileNotFoundException)?.FileName?.Contains(", Version=", StringComparison.Ordinal) == true
        || (error as FileLoadException)?.FileName?.Contains(", Version=", StringComparison.Ordinal) == true
        || (error is TypeInitializationException { InnerException: { } inner } && IsUnloadable(inner));

    /// <summary>Message for a part that cannot be loaded.</summary>
    internal static string DescribeUnloadable(Exception error) =>
        $"{CommandErrorIds.PartUnloadable}: Found that a part of vampnet cannot be loaded: {error.Message.Split('\n')[0]}\n"
        + "Expected all its files beside it, and leave to open about 300 files at once. Raise the limit (ulimit -n 1024), "
        + "or install vampnet again.";

    private static (int ExitCode, string Text) Refused(string message) => (ExitCode.DataRefused, $"error {message}");

    // The system's own words say which file; what they mean stands before them.
    private static string Explain(string id, Exception error, string found, string expected) =>
        error.Message.StartsWith("Found ", StringComparison.Ordinal)
            ? $"{id}: {error.Message}"
            : $"{id}: Found {found}: {error.Message.TrimEnd('.')}.\nExpected {expected}.";

    private static string DescribeBug(Exception error) =>
        $"""
            error {CommandErrorIds.Bug}: This is a bug of {Edition.Name} {VampNetCommand.Version}, not of your data.
            Please report it with the command line you ran, the output of "vampnet doctor", and the lines below.
            {error}
            """;
}

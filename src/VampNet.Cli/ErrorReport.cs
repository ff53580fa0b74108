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
            FileNotFoundException or DirectoryNotFoundException => Refused($"{CommandErrorIds.PathNotFound}: {error.Message}"),
            UnauthorizedAccessException => Refused($"{CommandErrorIds.AccessDenied}: {error.Message}"),
            IOException => Refused($"{CommandErrorIds.InputOutputFailed}: {error.Message}"),
            _ => (ExitCode.Bug, DescribeBug(error)),
        };

    /// <summary>Whether a part of the program itself could not be loaded, which is no fault of the user's data.</summary>
    internal static bool IsUnloadable(Exception error) =>
        error is DllNotFoundException or BadImageFormatException
        || (error as FileNotFoundException)?.FileName?.Contains(", Version=", StringComparison.Ordinal) == true
        || (error as FileLoadException)?.FileName?.Contains(", Version=", StringComparison.Ordinal) == true
        || (error is TypeInitializationException { InnerException: { } inner } && IsUnloadable(inner));

    /// <summary>The message for it.</summary>
    internal static string DescribeUnloadable(Exception error) =>
        $"{CommandErrorIds.PartUnloadable}: Found that a part of vampnet cannot be loaded: {error.Message.Split('\n')[0]}\n"
        + "Expected all its files beside it, and leave to open about 300 files at once. Raise the limit (ulimit -n 1024), or install vampnet again.";

    private static (int ExitCode, string Text) Refused(string message) => (ExitCode.DataRefused, $"error {message}");

    private static string DescribeBug(Exception error) =>
        $"""
            error {CommandErrorIds.Bug}: This is a bug of {Edition.Name} {VampNetCommand.Version}, not of your data.
            Please report it with the command line you ran, the output of "vampnet doctor", and the lines below.
            {error}
            """;
}

namespace VampNet.Cli;

/// <summary>The stable ids of this project's errors; docs/errors/command-line.md has their usual causes.</summary>
internal static class CommandErrorIds
{
    /// <summary>Words that are no command line: an unknown option, a value out of its range, options that contradict each other.</summary>
    public const string WrongUsage = "VNL0001";

    /// <summary>A file that does not exist.</summary>
    public const string FileMissing = "VNL0002";

    /// <summary>A file or folder that the system does not find.</summary>
    public const string PathNotFound = "VNL0003";

    /// <summary>A file or folder that the system does not let you use.</summary>
    public const string AccessDenied = "VNL0004";

    /// <summary>Reading or writing that failed: a full disk, a lost volume.</summary>
    public const string InputOutputFailed = "VNL0005";

    /// <summary>A LoRA file that fits neither model, or both; LoRA tensors without the model that they were trained on.</summary>
    public const string LoraMisplaced = "VNL0006";

    /// <summary>A file that holds no codes.</summary>
    public const string NoCodes = "VNL0007";

    /// <summary>Codes of another codec than the models'.</summary>
    public const string OtherCodec = "VNL0008";

    /// <summary>An output file that ffmpeg would have to write, and no ffmpeg on the PATH.</summary>
    public const string FfmpegMissing = "VNL0009";

    /// <summary>A token file without a token.</summary>
    public const string TokenMissing = "VNL0010";

    /// <summary>A .dac file and a codec that is LAC.</summary>
    public const string DacCodecNeeded = "VNL0011";

    /// <summary>A .dac file of another number of codebooks than the codec's.</summary>
    public const string DacCodebooks = "VNL0012";

    /// <summary>A file given by <c>--control</c> that holds no signal [dim,T], or a mask of another length.</summary>
    public const string ControlMalformed = "VNL0013";

    /// <summary>An output that is also an input, or another output.</summary>
    public const string OutputIsInput = "VNL0021";

    /// <summary>An output that is a folder, a device, or below a file.</summary>
    public const string OutputNotAFile = "VNL0022";

    /// <summary>A .json beside OUT that holds no settings of <c>vampnet vamp</c>; <c>--overwrite</c> replaces it.</summary>
    public const string SettingsOccupied = "VNL0023";

    /// <summary>An input that is a pipe, a device or a socket where a file is needed.</summary>
    public const string InputIsAPipe = "VNL0024";

    /// <summary>A text input of more than 64 MiB.</summary>
    public const string TextTooLong = "VNL0025";

    /// <summary>Too little memory for the command.</summary>
    public const string OutOfMemory = "VNL0026";

    /// <summary>A part of vampnet cannot be loaded: files are missing, or too few may be open at once.</summary>
    public const string PartUnloadable = "VNL0027";

    /// <summary>Fewer than 128 files may be open at once; vampnet's own parts need 80.</summary>
    public const string TooFewOpenFiles = "VNL0028";

    /// <summary>An output in a folder that may not be written to.</summary>
    public const string FolderNotWritable = "VNL0029";

    /// <summary>A batch input that does not exist, or a folder or pattern without files.</summary>
    public const string BatchInputMissing = "VNL0031";

    /// <summary>Two batch inputs that would have the same output.</summary>
    public const string BatchOutputTwice = "VNL0032";

    /// <summary>A file in a batch's output folder that no batch made from the same input; <c>--overwrite</c> replaces it.</summary>
    public const string BatchOutputForeign = "VNL0033";

    /// <summary>A quantized graph of a batch that misses its <c>--goal</c>.</summary>
    public const string BatchGoalMissed = "VNL0034";

    /// <summary>A folder without the log of a batch.</summary>
    public const string BatchLogMissing = "VNL0035";

    /// <summary>A folder of <c>--teacher</c> without the model that is trained.</summary>
    public const string TeacherMissing = "VNL0041";

    /// <summary>A graph that a sampling step cannot be put behind: another operator set than 17 to 23, or other outputs than
    /// logits.</summary>
    public const string StepUnfit = "VNL0091";

    /// <summary>A bug of vampnet; the message says how to report it.</summary>
    public const string Bug = "VNL0070";

    /// <summary>A command of vampnet-lite that needs libtorch.</summary>
    public const string CommandAbsent = "VNL0141";
}

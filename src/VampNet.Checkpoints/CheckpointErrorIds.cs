namespace VampNet.Checkpoints;

/// <summary>The stable ids of this project's errors; docs/errors/checkpoints.md has their usual causes.</summary>
public static class CheckpointErrorIds
{
    /// <summary>The file is empty.</summary>
    public const string FileEmpty = "VNC0101";

    /// <summary>The file is a web page.</summary>
    public const string WebPage = "VNC0102";

    /// <summary>The file is a Git LFS pointer.</summary>
    public const string LfsPointer = "VNC0103";

    /// <summary>The file is of another, known kind.</summary>
    public const string OtherFormat = "VNC0104";

    /// <summary>The file is of no known kind.</summary>
    public const string UnknownFormat = "VNC0105";

    /// <summary>A zip archive without its end record.</summary>
    public const string ZipEndMissing = "VNC0201";

    /// <summary>A zip directory that contradicts itself or the file.</summary>
    public const string ZipDirectoryDamaged = "VNC0202";

    /// <summary>A zip entry with an unsafe name.</summary>
    public const string ZipNameUnsafe = "VNC0203";

    /// <summary>Two zip entries of one name.</summary>
    public const string ZipNameTwice = "VNC0204";

    /// <summary>Two zip entries on the same bytes.</summary>
    public const string ZipEntriesOverlap = "VNC0205";

    /// <summary>A compressed or encrypted zip entry.</summary>
    public const string ZipEntryPacked = "VNC0206";

    /// <summary>A zip entry whose own header names another.</summary>
    public const string ZipHeaderMismatch = "VNC0207";

    /// <summary>Bytes that do not have the CRC-32 on record.</summary>
    public const string ZipChecksum = "VNC0208";

    /// <summary>A zip archive without one pickle in one folder.</summary>
    public const string ZipLayoutUnknown = "VNC0209";

    /// <summary>Big-endian data.</summary>
    public const string BigEndian = "VNC0210";

    /// <summary>A pickle that ends early.</summary>
    public const string PickleCut = "VNC0301";

    /// <summary>A byte that is no pickle opcode.</summary>
    public const string OpcodeUnknown = "VNC0302";

    /// <summary>An opcode that torch.save never writes.</summary>
    public const string OpcodeForbidden = "VNC0303";

    /// <summary>A pickle with too few values on its stack for an opcode, or not exactly one at its end.</summary>
    public const string PickleStack = "VNC0304";

    /// <summary>A memo entry that was never stored.</summary>
    public const string PickleMemo = "VNC0305";

    /// <summary>A pickle that asks for more memory than its limits allow.</summary>
    public const string PickleTooLarge = "VNC0306";

    /// <summary>An operand that is malformed.</summary>
    public const string OperandMalformed = "VNC0307";

    /// <summary>An opcode on a value of the wrong kind.</summary>
    public const string OperandKind = "VNC0308";

    /// <summary>A known global, or a persistent id, with arguments PyTorch does not give it.</summary>
    public const string ArgumentsUnknown = "VNC0309";

    /// <summary>The top-level object of the checkpoint is not a state dict.</summary>
    public const string NoStateDict = "VNC0401";

    /// <summary>An unknown global where a tensor should be; it was not called.</summary>
    public const string GlobalUnknown = "VNC0402";

    /// <summary>An entry of the state dict that is no tensor, or a name that comes twice.</summary>
    public const string EntryNotATensor = "VNC0403";

    /// <summary>No tensors, or too many.</summary>
    public const string TensorCount = "VNC0404";

    /// <summary>A storage that the pickle refers to is missing.</summary>
    public const string StorageMissing = "VNC0405";

    /// <summary>A storage of another length than declared, or a tensor that reaches beyond it.</summary>
    public const string StorageTooShort = "VNC0406";

    /// <summary>An element type that is not supported.</summary>
    public const string ElementTypeUnsupported = "VNC0407";

    /// <summary>An invalid shape, stride or offset.</summary>
    public const string ShapeMalformed = "VNC0408";

    /// <summary>Metadata or modules that nest too deeply, hold themselves, or grow too large.</summary>
    public const string NestingTooDeep = "VNC0409";

    /// <summary>A tensor whose shape implies far more bytes than its storage has.</summary>
    public const string TensorExpanded = "VNC0411";

    /// <summary>Elements that do not convert to the type asked for.</summary>
    public const string ConversionUnsupported = "VNC0413";

    /// <summary>A legacy stream with a wrong header or storage list.</summary>
    public const string LegacyHeader = "VNC0501";

    /// <summary>A legacy stream that ends within its storages.</summary>
    public const string LegacyCut = "VNC0502";

    /// <summary>An impossible .safetensors header length.</summary>
    public const string SafeTensorsLength = "VNC0601";

    /// <summary>A .safetensors header that is no JSON of the expected form.</summary>
    public const string SafeTensorsHeader = "VNC0602";

    /// <summary>A .safetensors entry that breaks the format.</summary>
    public const string SafeTensorsEntry = "VNC0603";

    /// <summary>.safetensors data with gaps, overlaps, or bytes left over.</summary>
    public const string SafeTensorsGaps = "VNC0604";

    /// <summary>A metadata value of another kind than asked for.</summary>
    public const string MetadataKind = "VNC0701";

    /// <summary>A <c>config.json</c> of over a mebibyte beside a model.</summary>
    public const string ConfigurationTooLarge = "VNC0702";

    /// <summary>A file that is not a .dac file: not written by numpy.save, or cut short in its header.</summary>
    public const string NotADacFile = "VNC0801";

    /// <summary>A NumPy file that holds something other than a recording's codes and metadata, or whose pickle calls a function.</summary>
    public const string DacContents = "VNC0802";

    /// <summary>An array in a .dac file whose number of bytes differs from its shape and type.</summary>
    public const string DacArray = "VNC0803";

    /// <summary>A .dac file of another version than 1.0.0.</summary>
    public const string DacVersion = "VNC0804";
}

namespace VampNet.Files;

/// <summary>A kind of call that changes what the file system holds.</summary>
internal enum FileCall
{
    /// <summary>A folder for unfinished files is made.</summary>
    CreateFolder,

    /// <summary>A file is made, empty.</summary>
    Create,

    /// <summary>What was written to a file is flushed to the disk.</summary>
    Flush,

    /// <summary>The names in a folder are flushed to the disk.</summary>
    FlushFolder,

    /// <summary>A file or a folder gets another name.</summary>
    Move,

    /// <summary>A file or a folder is removed.</summary>
    Delete,
}

namespace VampNet.Models;

/// <summary>The stable ids of this project's errors; docs/errors/models.md has their usual causes.</summary>
public static class ModelsErrorIds
{
    /// <summary>A manifest that is not JSON, or has another structure.</summary>
    public const string ManifestUnreadable = "VNM0101";
}

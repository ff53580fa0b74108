namespace VampNet.Packages.Tests;

/// <summary>Tests that share one installation of the tool, and one build of the applications.</summary>
[CollectionDefinition(nameof(PackagesCollection))]
public sealed class PackagesCollection : ICollectionFixture<InstalledTool>, ICollectionFixture<Applications>;
